package solve

import (
	"container/heap"
	"math"
)

// insert finds a place for somebody who has none, by the cheapest chain that ends at a free bed. Prices make a chain comparable step by step: no step
// counts less than nothing, so Dijkstra's algorithm finds it. Those of a family stay in its prison.
func (c *chains) insert(i int32) bool {
	p := &c.m.people[i]
	const tries = 16
	for range tries {
		c.refresh()
		for v := range c.dist {
			c.dist[v], c.from[v] = math.Inf(1), none
		}
		var todo queue
		reached := func(v, from int32, by arc, d float64) {
			if d < c.dist[v] {
				c.dist[v], c.from[v], c.by[v] = d, from, by
				heap.Push(&todo, waypoint{v, d})
			}
		}
		for _, o := range c.g.offers[c.g.group[i]] {
			if p.family != none && c.kin[p.family] > 0 && c.home[p.family] != c.m.pools[o.pool].prison || c.banned[[2]int32{i, o.pool}] {
				continue
			}
			v := c.node(p.class, o.pool)
			reached(v, none, arc{v, i, 0}, c.toPool(i, o.pool)+c.worth(v))
		}
		end, best := int32(none), math.Inf(1)
		for len(todo) > 0 {
			at := heap.Pop(&todo).(waypoint)
			if at.dist > c.dist[at.node] {
				continue
			}
			for _, a := range c.arcs[at.node] {
				if k := a.to - c.hub(0); k >= 0 { // a free bed
					if n := int(c.prison[k]); n < len(c.m.density[k]) {
						if d := at.dist + c.m.density[k][n] - c.worth(at.node); d < best {
							end, best = at.node, d
						}
					}
					continue
				}
				reached(a.to, at.node, a, at.dist+max(a.cost+c.worth(a.to)-c.worth(at.node), 0))
			}
		}
		if end == none {
			return false
		}
		var chain []arc
		for v := end; v != none; v = c.from[v] {
			chain = append(chain, c.by[v])
		}
		mark := c.mark()
		if c.carry(chain) {
			return true
		}
		c.undo(mark)
	}
	return false
}

// worth is the price of what somebody uses at a node.
func (c *chains) worth(v int32) float64 {
	b, p := c.g.b, v/4
	w := b.at[b.beds(p)] + b.at[b.prison(c.m.pools[p].prison)]
	if v&2 != 0 {
		w += b.at[b.mixed(p)] - b.at[b.beds(p)]
	}
	if v&1 != 0 {
		w += b.at[b.sick(p)]
	}
	return w
}

type waypoint struct {
	node int32
	dist float64
}

// queue is a heap of nodes, the nearest first.
type queue []waypoint

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].dist < q[j].dist }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(waypoint)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
