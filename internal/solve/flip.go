package solve

// flips gives each place for any footing to the others, convicted people or not, and keeps what saves cost. Whoever has to leave finds a
// place by chains, and circles fill the place anew.
func (c *chains) flips(stop func() bool) {
	for l := range int32(len(c.m.rows)) {
		if !c.m.rows[l].any || len(c.in[l]) == 0 || stop() {
			continue
		}
		mark, left, before := c.mark(), c.left, c.cost
		if !c.flip(l, stop) || !better(c.left, c.cost, left, before) {
			c.undo(mark)
		}
		c.forget()
	}
}

// flip empties a place for any footing and gives it to the others.
func (c *chains) flip(l int32, stop func() bool) bool {
	foot := c.conv[l] > 0
	first := c.newcomer(l, !foot)
	if first == none {
		return false
	}
	out := append([]int32(nil), c.in[l]...)
	for _, i := range out {
		if !c.moves(i) {
			return false
		}
	}
	for _, i := range out {
		c.take(i)
	}
	c.take(first)
	if !c.fits(first, l) {
		return false
	}
	c.put(first, l)
	if stop() || !c.resettle(out) {
		return false
	}
	for range 3 * len(out) {
		if stop() || !c.circle() {
			break
		}
	}
	return true
}

// newcomer is who of a footing would gain most, or lose least, by going to row l.
func (c *chains) newcomer(l int32, convicted bool) int32 {
	best, who := 0.0, int32(none)
	for i := range int32(len(c.at)) {
		if c.m.people[i].convicted != convicted || c.at[i] == none || !c.moves(i) || !c.m.admits(i, l) {
			continue
		}
		d := c.m.alone(i, l) - c.m.alone(i, c.at[i]) - c.g.b.price(c.m.people[i].class, c.m.rows[c.at[i]].pool)
		if who == none || d < best {
			best, who = d, i
		}
	}
	return who
}
