package per

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"amana/internal/fault"
)

// maxRecord bounds a record that comes from outside. A typical one has about 1 kB; the limits of the answers keep every
// record that a Draft can make below it.
const maxRecord = 1 << 20

// wireRecord is the stored form. Thousands of records are stored in a week, and most answers of one are given
// together: so a stamp is written once for all answers that bear it, and a section's name once for its questions.
type wireRecord struct {
	Framework string      `json:"framework"`
	Version   int         `json:"version"`
	Status    Status      `json:"status"`
	Completed Stamp       `json:"completed,omitzero"`
	Confirmed Stamp       `json:"confirmed,omitzero"`
	Answers   []wireGroup `json:"answers,omitempty"`
}

// wireGroup holds the answers of one stamp by section and by the rest of the key.
type wireGroup struct {
	Stamp
	Given     wireAnswers `json:"given,omitempty"`
	Prefilled wireAnswers `json:"prefilled,omitempty"`
}

type wireAnswers map[string]map[string]Value

func (w *wireAnswers) add(key string, v Value) {
	section, rest, _ := strings.Cut(key, ".")
	if *w == nil {
		*w = wireAnswers{}
	}
	if (*w)[section] == nil {
		(*w)[section] = map[string]Value{}
	}
	(*w)[section][rest] = v
}

// MarshalJSON writes the stored form. Equal records give equal bytes.
func (rec Record) MarshalJSON() ([]byte, error) {
	groups := map[Stamp]*wireGroup{}
	for key, a := range rec.Answers {
		stamp := a.utc()
		g := groups[stamp]
		if g == nil {
			g = &wireGroup{Stamp: stamp}
			groups[stamp] = g
		}
		if a.Prefilled {
			g.Prefilled.add(key, a.Value)
		} else {
			g.Given.add(key, a.Value)
		}
	}
	w := wireRecord{
		Framework: rec.Framework, Version: rec.Version, Status: rec.Status,
		Completed: rec.Completed, Confirmed: rec.Confirmed,
		Answers: make([]wireGroup, 0, len(groups)),
	}
	for _, g := range groups {
		w.Answers = append(w.Answers, *g)
	}
	slices.SortFunc(w.Answers, func(a, b wireGroup) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.By, b.By))
	})
	return json.Marshal(w)
}

// UnmarshalJSON reads the stored form and holds it to everything that a Draft guarantees: known framework, questions
// that are asked, answers that are offered, and a status that the answers bear out. Faults: "per.too_large",
// "per.unreadable", "per.framework_unknown", and "per.answer" with every bad field.
func (rec *Record) UnmarshalJSON(b []byte) error {
	if len(b) > maxRecord {
		return fault.New(fault.TooLarge, "per.too_large", "an escort record has at most %d bytes", maxRecord)
	}
	var w wireRecord
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&w); err != nil {
		return fault.New(fault.Invalid, "per.unreadable", "this is not an escort record").Because(err)
	}
	f, err := Version(w.Framework)
	if err != nil {
		return err
	}
	out := Record{
		Framework: w.Framework, Version: w.Version, Status: w.Status,
		Completed: w.Completed.utc(), Confirmed: w.Confirmed.utc(),
		Answers: map[string]Answer{},
	}
	fields := out.readAnswers(f, w.Answers)
	fields = append(fields, out.checkAnswers(f)...)
	fields = append(fields, out.checkStatus(f)...)
	if len(fields) > 0 {
		return invalid(fields...)
	}
	*rec = out
	return nil
}

// readAnswers takes the groups apart; it tells bad stamps, unknown questions and questions answered twice.
func (rec *Record) readAnswers(f *Framework, groups []wireGroup) (fields []fault.Field) {
	for _, g := range groups {
		stamp := g.utc()
		fields = append(fields, stamp.check()...)
		for _, part := range []struct {
			answers   wireAnswers
			prefilled bool
		}{{g.Given, false}, {g.Prefilled, true}} {
			for _, section := range slices.Sorted(maps.Keys(part.answers)) {
				for _, rest := range slices.Sorted(maps.Keys(part.answers[section])) {
					key := section + "." + rest
					if f.byKey[key] == nil {
						fields = append(fields, fault.Field{Name: shorten(key), Rule: "question.unknown"})
					} else if _, twice := rec.Answers[key]; twice {
						fields = append(fields, fault.Field{Name: key, Rule: "answer.twice"})
					} else {
						rec.Answers[key] = Answer{Value: part.answers[section][rest], Prefilled: part.prefilled, Stamp: stamp}
					}
					if len(fields) > len(f.questions) { // hostile: enough was told
						return fields
					}
				}
			}
		}
	}
	return fields
}

// checkAnswers holds each answer to its question and keeps it in its one form.
func (rec *Record) checkAnswers(f *Framework) (fields []fault.Field) {
	for _, q := range f.questions {
		a, answered := rec.Answers[q.Key]
		if !answered {
			continue
		}
		kept, rule := q.check(a.Value)
		if rule == "" && !q.asked(rec.Answers) {
			rule = "question.not_asked"
		}
		if rule != "" {
			fields = append(fields, fault.Field{Name: q.Key, Rule: rule})
			continue
		}
		a.Value = kept
		rec.Answers[q.Key] = a
	}
	return fields
}

// checkStatus holds the status to the answers and to the stamps of completing and confirming.
func (rec *Record) checkStatus(f *Framework) (fields []fault.Field) {
	bad := func(name, rule string) { fields = append(fields, fault.Field{Name: name, Rule: rule}) }
	done := rec.Status == Completed || rec.Status == Confirmed
	if !rec.Status.Known() {
		bad("status", "status.unknown")
	}
	if rec.Version < 0 {
		bad("version", "version.negative")
	}
	if rec.Status == Unstarted && len(rec.Answers) > 0 {
		bad("status", "status.contradicted")
	}
	if done && slices.ContainsFunc(f.questions, func(q *Question) bool { return q.missing(rec.Answers) }) {
		bad("status", "status.contradicted")
	}
	for _, s := range []struct {
		name  string
		stamp Stamp
		want  bool
	}{{"completed", rec.Completed, done}, {"confirmed", rec.Confirmed, rec.Status == Confirmed}} {
		if (s.stamp != Stamp{}) != s.want || s.want && len(s.stamp.check()) > 0 {
			bad(s.name, "stamp.contradicted")
		}
	}
	return fields
}

// utc brings a stamp to the zone and precision in which stamps are kept; the zero stamp stays zero.
func (s Stamp) utc() Stamp {
	if s.At.IsZero() {
		s.At = time.Time{}
	} else {
		s.At = s.At.UTC().Truncate(time.Microsecond)
	}
	return s
}
