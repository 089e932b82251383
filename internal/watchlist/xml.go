package watchlist

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"amana/internal/fault"
)

// Limits of XML: how deep elements lie in one another, and what one entry holds.
const (
	maxDepth = 40
	maxNodes = 20_000
	maxText  = 2 << 20 // bytes of the texts of an entry
)

// node is an element of an entry.
type node struct {
	name     string
	attrs    []xml.Attr
	text     []byte
	children []*node
}

// tree reads a document element by element; only one entry at a time is in memory. Entities of documents are neither
// fetched nor expanded: encoding/xml knows those of XML itself, and refuses others.
type tree struct {
	*xml.Decoder
	gauge *gauge
	path  []string // names of the open elements
	root  string   // the name of the first
}

func newTree(r io.Reader) *tree {
	g := newGauge(r)
	t := &tree{Decoder: xml.NewDecoder(g), gauge: g}
	t.CharsetReader = decoder
	return t
}

// next gives the next token and keeps the path.
func (t *tree) next() (xml.Token, error) {
	t.gauge.reset()
	token, err := t.Token()
	if err != nil {
		if err == io.EOF {
			return nil, err
		}
		return nil, t.broken(err)
	}
	switch e := token.(type) {
	case xml.StartElement:
		if len(t.path) == maxDepth {
			return nil, fault.New(fault.TooLarge, RuleTooLarge, "an element lies deeper than %d others", maxDepth)
		}
		if t.path = append(t.path, e.Name.Local); t.root == "" {
			t.root = e.Name.Local
		}
	case xml.EndElement:
		t.path = t.path[:len(t.path)-1]
	}
	return token, nil
}

func (t *tree) broken(err error) error {
	var f *fault.Error
	switch {
	case errors.Is(err, errTooLarge):
		return tooLarge(err)
	case errors.As(err, &f):
		return err
	}
	line, column := t.InputPos()
	return fault.New(fault.Invalid, RuleXML, "the XML is broken at line %d, column %d: nothing was taken", line, column).Because(err)
}

// each takes every element with the path entry, numbered from 1, and shows the other elements to see, with their paths.
// A document whose root is another one is refused.
func (t *tree) each(entry string, see func(path string, token xml.Token), take func(number int, n *node) error, tooBig func(number int)) error {
	root, _, _ := strings.Cut(entry, "/")
	number := 0
	for {
		token, err := t.next()
		if err == io.EOF && number == 0 && len(t.root) == 0 {
			return fault.New(fault.Invalid, RuleXML, "there is no XML")
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if t.root != "" && t.root != root {
			return fault.New(fault.Invalid, RuleXML, "the XML is a %q and not a %q", cut(t.root, 40), root)
		}
		path := strings.Join(t.path, "/")
		start, isStart := token.(xml.StartElement)
		if !isStart || path != entry {
			see(path, token)
			continue
		}
		if number++; number > maxRows {
			return tooLarge(nil)
		}
		n, whole, err := t.node(start)
		switch {
		case err != nil:
			return err
		case !whole:
			tooBig(number)
		default:
			if err := take(number, n); err != nil {
				return err
			}
		}
	}
}

// node reads the element whose start was just read, to its end. It is not whole when it is too large.
func (t *tree) node(start xml.StartElement) (root *node, whole bool, err error) {
	root = &node{name: start.Name.Local, attrs: slices.Clone(start.Attr)}
	open := []*node{root}
	nodes, text := 1, 0
	for len(open) > 0 {
		token, err := t.next()
		if err != nil {
			return nil, false, err
		}
		within := open[len(open)-1]
		switch e := token.(type) {
		case xml.StartElement:
			n := &node{name: e.Name.Local}
			if nodes += 1 + len(e.Attr); nodes <= maxNodes {
				n.attrs = slices.Clone(e.Attr)
				within.children = append(within.children, n)
			}
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if text += len(e); text <= maxText {
				within.text = append(within.text, e...)
			}
		}
	}
	return root, nodes <= maxNodes && text <= maxText, nil
}

// values gives the texts that a path leads to: names of elements parted by slashes, at the end perhaps @ and an attribute.
// A path of no names leads to the element itself.
func (n *node) values(path []string) []string {
	var all []string
	if len(path) > 0 && strings.HasPrefix(path[len(path)-1], "@") {
		for _, e := range n.find(path[:len(path)-1]) {
			for _, a := range e.attrs {
				if a.Name.Local == path[len(path)-1][1:] {
					all = append(all, a.Value)
				}
			}
		}
		return all
	}
	for _, e := range n.find(path) {
		all = append(all, string(e.text))
	}
	return all
}

// find gives the elements that a path leads to.
func (n *node) find(path []string) []*node {
	found := []*node{n}
	for _, name := range path {
		var next []*node
		for _, e := range found {
			for _, c := range e.children {
				if c.name == name {
					next = append(next, c)
				}
			}
		}
		found = next
	}
	return found
}

// first gives the first text under a name, empty when there is none.
func (n *node) first(name string) string {
	for _, c := range n.children {
		if c.name == name {
			return string(c.text)
		}
	}
	return ""
}

// rows gives, for every element to which the paths lead in common, the text that each path leads to from there.
func (n *node) rows(paths []string) [][]string {
	split := make([][]string, len(paths))
	for i, p := range paths {
		split[i] = strings.Split(p, "/")
	}
	if len(paths) == 1 {
		var all [][]string
		for _, v := range n.values(split[0]) {
			all = append(all, []string{v})
		}
		return all
	}
	common := split[0][:len(split[0])-1]
	for _, p := range split[1:] {
		i := 0
		for i < len(common) && i < len(p)-1 && common[i] == p[i] {
			i++
		}
		common = common[:i]
	}
	var all [][]string
	for _, e := range n.find(common) {
		row := make([]string, len(split))
		for i, p := range split {
			row[i] = strings.Join(e.values(p[len(common):]), " ")
		}
		all = append(all, row)
	}
	return all
}

// attribute gives the value of an attribute, empty when there is none.
func attribute(attrs []xml.Attr, name string) string {
	for _, a := range attrs {
		if a.Name.Local == name {
			return cut(a.Value, maxName)
		}
	}
	return ""
}
