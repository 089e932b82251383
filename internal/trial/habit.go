package trial

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed habits/*.tsv parts/*.tsv
var files embed.FS

// habit is how the clerks of one country write sounds.
type habit struct {
	name    string
	script  string // ISO 15924
	rules   [256][]*rule
	joints  map[string]*rule
	article *rule // the joints that every name needs
	sun     *rule
	doubled *rule
}

// rule gives the spellings of one or several sounds at a place in a word.
type rule struct {
	sound              string
	first, last, final bool // only at the beginning, only at the end, only before the last consonant
	glide              bool // ay and aw, which are two sounds before a vowel
	spellings          options
}

// options are spellings to choose from; upto counts their weights up.
type options struct {
	id    uint64
	texts []string
	upto  []uint32
}

// choose gives the spelling that somebody with this seed always uses.
func (o *options) choose(seed uint64) string {
	if len(o.texts) == 1 {
		return o.texts[0]
	}
	at := uint32(mix(seed^o.id) % uint64(o.upto[len(o.upto)-1]))
	for i, upto := range o.upto {
		if at < upto {
			return o.texts[i]
		}
	}
	return ""
}

// parseOptions reads "kh*9 h*1".
func parseOptions(id, cell string) (options, error) {
	o := options{id: hash(id)}
	total := 0
	for word := range strings.FieldsSeq(cell) {
		text, weight := word, 1
		if i := strings.LastIndexByte(word, '*'); i >= 0 {
			n, err := strconv.Atoi(word[i+1:])
			if err != nil {
				return o, fmt.Errorf("spelling %q of %s: %w", word, id, err)
			}
			text, weight = word[:i], n
		}
		if text == "-" {
			text = ""
		}
		if total += weight; weight > 0 {
			o.texts, o.upto = append(o.texts, text), append(o.upto, uint32(total))
		}
	}
	if total == 0 {
		return o, fmt.Errorf("%s has no spelling", id)
	}
	return o, nil
}

// narrow writes sounds with one byte each.
func narrow(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 255 {
			r = 0
		}
		b = append(b, byte(r))
	}
	return string(b)
}

// stock is all material, read once.
type stock struct {
	habits  map[string]*habit
	forms   map[string]map[*habit]*options
	reading map[string]map[string]string
	groups  map[string][]weighted
	origins []*origin
	ends    []uint32 // the shares of the origins, counted up
	glue    map[string]*part
}

// material reads the files once. They are part of the program, so that a fault in them is a fault of ours, which a test shows.
var material = sync.OnceValues(func() (*stock, error) {
	s := &stock{habits: map[string]*habit{}, groups: map[string][]weighted{}}
	for _, step := range []func() error{s.readHabits, s.readForms, s.readReading, s.readParts, s.derive, s.readOrigins, s.split} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return s, nil
})

// lines gives the lines of an embedded file that are not comments.
func lines(name string) ([]string, error) {
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	all := strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	return slices.DeleteFunc(all, func(l string) bool { return strings.HasPrefix(l, "# ") }), nil
}

func (s *stock) readHabits() error {
	for file, script := range map[string]string{"latin": "Latn", "arab": "Arab", "cyrl": "Cyrl"} {
		all, err := lines("habits/" + file + ".tsv")
		if err != nil {
			return err
		}
		names := strings.Split(all[0], "\t")[1:]
		for _, name := range names {
			s.habits[name] = &habit{name: name, script: script, joints: map[string]*rule{}}
		}
		for _, l := range all[1:] {
			cells := strings.Split(l, "\t")
			for i, name := range names {
				cell := cells[1]
				if i+1 < len(cells) && cells[i+1] != "" {
					cell = cells[i+1]
				}
				if err := s.habits[name].add(cells[0], cell); err != nil {
					return fmt.Errorf("%s: %w", file, err)
				}
			}
		}
	}
	for _, h := range s.habits {
		h.article, h.sun, h.doubled = h.joints["al"], h.joints["sun"], h.joints["doubled"]
		for i := range h.rules {
			slices.SortStableFunc(h.rules[i], func(a, b *rule) int { return b.weight() - a.weight() })
		}
	}
	return nil
}

// weight orders rules: the longer and the more particular first.
func (r *rule) weight() int {
	w := 4 * len(r.sound)
	if r.first {
		w += 2
	}
	if r.last || r.final {
		w++
	}
	return w
}

func (h *habit) add(key, cell string) error {
	o, err := parseOptions(h.name+" "+key, cell)
	if err != nil {
		return err
	}
	r := &rule{sound: narrow(key), spellings: o}
	if joint, ok := strings.CutPrefix(key, "+"); ok {
		h.joints[joint] = r
		return nil
	}
	r.sound, r.first = strings.CutPrefix(r.sound, "^")
	if r.sound, r.final = strings.CutSuffix(r.sound, ".$"); !r.final {
		r.sound, r.last = strings.CutSuffix(r.sound, "$")
	}
	r.glide = r.sound == "ay" || r.sound == "aw" || r.sound == "ey"
	h.rules[r.sound[0]] = append(h.rules[r.sound[0]], r)
	return nil
}

// fits finds the rule for the sounds of a word from i on, nil when the habit has none.
func (h *habit) fits(word string, i int) *rule {
	for _, r := range h.rules[word[i]] {
		end := i + len(r.sound)
		if end > len(word) || r.first && i > 0 || r.last && end < len(word) || r.final && end+1 != len(word) {
			continue
		}
		if len(r.sound) > 1 && word[i:end] != r.sound || r.final && vowel(word[end]) || r.glide && end < len(word) && vowel(word[end]) {
			continue
		}
		return r
	}
	return nil
}

func vowel(b byte) bool { return strings.IndexByte("aiueoAIUEOY@&~\xe4\xee\xf6\xfb\xfc", b) >= 0 }

func (s *stock) readForms() error {
	all, err := lines("habits/forms.tsv")
	if err != nil {
		return err
	}
	s.forms = map[string]map[*habit]*options{}
	for _, l := range all {
		cells := strings.Split(l, "\t")
		h := s.habits[cells[1]]
		if len(cells) != 3 || h == nil {
			return fmt.Errorf("form %q has an unknown habit", l)
		}
		o, err := parseOptions("form "+cells[0]+" "+cells[1], cells[2])
		if err != nil {
			return err
		}
		if s.forms[cells[0]] == nil {
			s.forms[cells[0]] = map[*habit]*options{}
		}
		s.forms[cells[0]][h] = &o
	}
	return nil
}

func (s *stock) readReading() error {
	all, err := lines("habits/read.tsv")
	if err != nil {
		return err
	}
	s.reading = map[string]map[string]string{}
	for _, l := range all {
		name, pairs, _ := strings.Cut(l, "\t")
		table := map[string]string{}
		for pair := range strings.FieldsSeq(pairs) {
			letters, sound, _ := strings.Cut(pair, "=")
			if sound == "-" {
				sound = ""
			}
			table[letters] = narrow(sound)
		}
		s.reading[name] = table
	}
	return nil
}
