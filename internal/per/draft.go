package per

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"amana/internal/fault"
)

// Draft is a private copy of a record under change. Each method either succeeds or leaves the draft as it was; many
// changes of one draft make one new version. A draft belongs to one goroutine.
type Draft struct {
	f       *Framework
	rec     Record
	base    int // version that the draft started from
	cleared []string
}

// Edit opens a draft of the record. Refused faults: "per.confirmed" for a record that is final, "per.move_started" once
// the move has started (completing and confirming included); "per.framework_unknown" is not found.
func Edit(rec Record, moveStarted bool) (*Draft, error) {
	f, err := Version(rec.Framework)
	if err != nil {
		return nil, err
	}
	if moveStarted {
		return nil, fault.New(fault.Refused, "per.move_started", "the move has started: its escort record can no longer be changed")
	}
	d := &Draft{f: f, rec: rec, base: rec.Version}
	if err := d.editable(); err != nil {
		return nil, err
	}
	// Room for a typical record saves growing the map step by step.
	d.rec.Answers = make(map[string]Answer, max(len(rec.Answers), len(f.questions)*3/4))
	maps.Copy(d.rec.Answers, rec.Answers)
	return d, nil
}

// Record yields the record as the draft stands, one version on if anything changed. The draft can go on.
func (d *Draft) Record() Record {
	rec := d.rec
	rec.Answers = maps.Clone(d.rec.Answers)
	return rec
}

// Cleared lists the keys of the answers that fell away because the answer they depended on changed, in that order.
func (d *Draft) Cleared() []string { return slices.Clone(d.cleared) }

// Missing walks the questions that are still missing, as the package's Missing does, but live: a follow-up that an
// answer given during the walk brings up is walked too. One pass fills a record.
func (d *Draft) Missing() iter.Seq[*Question] {
	return func(yield func(*Question) bool) {
		for _, q := range d.f.questions {
			if q.missing(d.rec.Answers) && !yield(q) {
				return
			}
		}
	}
}

// Answer records an answer; those that depended on the one before it are cleared. The same answer again changes
// nothing, except that it reviews a prefilled one. The Invalid fault "per.answer" names the field and its rule:
// question.unknown, question.not_asked, answer.empty, answer.single, option.not_offered, option.alone,
// date.unreadable, date.impossible, text.too_long, text.control, items.too_many, stamp.by, stamp.at.
func (d *Draft) Answer(key string, value Value, by string, at time.Time) error {
	stamp, err := d.begin(by, at)
	if err != nil {
		return err
	}
	if field := d.answer(key, value, stamp); field != nil {
		return invalid(*field)
	}
	return nil
}

// AnswerAll records a whole form. A blank value clears its answer, and a field that merely repeats an answer which the
// same form has just cleared is dropped, since a page without scripts sends it along. All bad fields are told in one
// fault "per.answer", and then nothing is recorded.
func (d *Draft) AnswerAll(form map[string]Value, by string, at time.Time) error {
	stamp, err := d.begin(by, at)
	if err != nil {
		return err
	}
	saved := *d
	d.rec.Answers = maps.Clone(d.rec.Answers)
	d.cleared = slices.Clone(d.cleared)
	var fields []fault.Field
	for _, key := range d.order(form) {
		if value := form[key]; value.blank() && d.f.byKey[key] != nil {
			d.remove(d.f.byKey[key])
		} else if field := d.answer(key, value, stamp); field != nil && !saved.stale(field, value) {
			fields = append(fields, *field)
		}
	}
	if len(fields) > 0 {
		*d = saved
		return invalid(fields...)
	}
	return nil
}

// stale reports whether a field that is no longer asked carries only what it held before the form.
func (d *Draft) stale(field *fault.Field, value Value) bool {
	if field.Rule != "question.not_asked" {
		return false
	}
	kept, _ := d.f.byKey[field.Name].check(value)
	before, had := d.rec.Answers[field.Name]
	return had && slices.Equal(before.Value, kept)
}

// order sorts the keys of a form in the order of asking, unknown ones last.
func (d *Draft) order(form map[string]Value) []string {
	keys := make([]string, 0, len(form))
	for _, q := range d.f.questions {
		if _, ok := form[q.Key]; ok {
			keys = append(keys, q.Key)
		}
	}
	if len(keys) < len(form) {
		for _, key := range slices.Sorted(maps.Keys(form)) {
			if d.f.byKey[key] == nil {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// Clear withdraws an answer and those that depended on it. The fault "per.answer" tells an unknown question.
func (d *Draft) Clear(key string) error {
	if err := d.editable(); err != nil {
		return err
	}
	q := d.f.byKey[key]
	if q == nil {
		return invalid(fault.Field{Name: shorten(key), Rule: "question.unknown"})
	}
	d.remove(q)
	return nil
}

// Prefill takes answers over from an earlier record of the person and marks them for review. It keeps what is answered
// already, and skips what is not asked, what this framework does not offer, and what holds for one journey only. Who
// answered and when is taken over as well.
func (d *Draft) Prefill(from Record) error {
	if err := d.editable(); err != nil {
		return err
	}
	for _, q := range d.f.questions {
		a, found := from.Answers[q.Key]
		if _, answered := d.rec.Answers[q.Key]; !found || answered || q.Fresh || !q.asked(d.rec.Answers) {
			continue
		}
		value, rule := q.check(a.Value)
		if rule != "" {
			continue
		}
		d.touch()
		d.rec.Answers[q.Key] = Answer{Value: value, Prefilled: true, Stamp: a.Stamp}
	}
	return nil
}

// Review confirms a prefilled answer, which then counts as the reviewer's. An answer that needs no review stays as it
// is. The fault "per.answer" tells a question without an answer (answer.missing).
func (d *Draft) Review(key, by string, at time.Time) error {
	stamp, err := d.begin(by, at)
	if err != nil {
		return err
	}
	a, ok := d.rec.Answers[key]
	if !ok {
		return invalid(fault.Field{Name: shorten(key), Rule: "answer.missing"})
	}
	if a.Prefilled {
		d.touch()
		d.rec.Answers[key] = Answer{Value: a.Value, Stamp: stamp}
	}
	return nil
}

// Complete says that the record is whole. The Refused fault "per.incomplete" names every missing question, and for the
// sealed part its section only.
func (d *Draft) Complete(by string, at time.Time) error {
	stamp, err := d.begin(by, at)
	if err != nil {
		return err
	}
	var fields []fault.Field
	for q := range d.Missing() {
		field := fault.Field{Name: q.Key, Rule: "answer.missing"}
		if _, answered := d.rec.Answers[q.Key]; answered {
			field.Rule = "answer.unreviewed"
		}
		if q.Sealed {
			field = fault.Field{Name: q.Section, Rule: "section.incomplete"}
		}
		if !slices.Contains(fields, field) {
			fields = append(fields, field)
		}
	}
	if len(fields) > 0 {
		return &fault.Error{
			Kind: fault.Refused, Rule: "per.incomplete",
			Message: "the escort record is not complete", Fields: fields,
		}
	}
	if err := d.become(Completed); err != nil {
		return err
	}
	d.rec.Completed = stamp
	return nil
}

// Confirm accepts a completed record for the journey, after which it is final. Any other status is refused with
// "per.transition".
func (d *Draft) Confirm(by string, at time.Time) error {
	stamp, err := d.begin(by, at)
	if err != nil {
		return err
	}
	if err := d.become(Confirmed); err != nil {
		return err
	}
	d.rec.Confirmed = stamp
	return nil
}

func (d *Draft) editable() error {
	if d.rec.Status == Confirmed {
		return fault.New(fault.Refused, "per.confirmed", "a confirmed escort record is final")
	}
	return nil
}

func (d *Draft) begin(by string, at time.Time) (Stamp, error) {
	if err := d.editable(); err != nil {
		return Stamp{}, err
	}
	stamp := Stamp{By: by, At: at.UTC().Truncate(time.Microsecond)}
	if fields := stamp.check(); len(fields) > 0 {
		return Stamp{}, invalid(fields...)
	}
	return stamp, nil
}

func (d *Draft) become(next Status) error {
	if !d.rec.Status.CanBecome(next) {
		return fault.New(fault.Refused, "per.transition", "an escort record that is %s cannot become %s", d.rec.Status, next)
	}
	d.rec.Status, d.rec.Version = next, d.base+1
	return nil
}

// touch notes a change of the answers, which starts a record or reopens a completed one.
func (d *Draft) touch() {
	d.rec.Status, d.rec.Version, d.rec.Completed = InProgress, d.base+1, Stamp{}
}

// answer records one answer, or tells what is wrong with it. The value of a sealed question is not echoed.
func (d *Draft) answer(key string, value Value, stamp Stamp) *fault.Field {
	q := d.f.byKey[key]
	if q == nil {
		return &fault.Field{Name: shorten(key), Rule: "question.unknown"}
	}
	field := &fault.Field{Name: key}
	if len(value) > 0 && !q.Sealed {
		field.Value = shorten(value[0])
	}
	if !q.asked(d.rec.Answers) {
		field.Rule = "question.not_asked"
		return field
	}
	kept, rule := q.check(value)
	if rule != "" {
		field.Rule = rule
		return field
	}
	before, had := d.rec.Answers[key]
	if had && !before.Prefilled && slices.Equal(before.Value, kept) {
		return nil
	}
	d.touch()
	d.rec.Answers[key] = Answer{Value: kept, Stamp: stamp}
	d.clearFollows(q)
	return nil
}

func (d *Draft) remove(q *Question) {
	if _, ok := d.rec.Answers[q.Key]; ok {
		d.touch()
		delete(d.rec.Answers, q.Key)
		d.clearFollows(q)
	}
}

// clearFollows drops the answers below q whose question is no longer asked.
func (d *Draft) clearFollows(q *Question) {
	for _, follow := range q.follows {
		if _, ok := d.rec.Answers[follow.Key]; ok && !follow.asked(d.rec.Answers) {
			delete(d.rec.Answers, follow.Key)
			d.cleared = append(d.cleared, follow.Key)
			d.clearFollows(follow)
		}
	}
}

// check tells what is wrong with a stamp: somebody must have a short name, and a moment must have a year that JSON and
// both databases can carry.
func (s Stamp) check() []fault.Field {
	var fields []fault.Field
	if strings.TrimSpace(s.By) == "" || checkText(s.By, maxName) != "" {
		fields = append(fields, fault.Field{Name: "by", Rule: "stamp.by"})
	}
	if y := s.At.Year(); y < 1900 || y > 9999 {
		fields = append(fields, fault.Field{Name: "at", Rule: "stamp.at"})
	}
	return fields
}

func invalid(fields ...fault.Field) error {
	return &fault.Error{Kind: fault.Invalid, Rule: "per.answer", Message: "the escort record does not take this answer", Fields: fields}
}

func shorten(s string) string {
	if utf8.RuneCountInString(s) > 40 {
		return string([]rune(s)[:40]) + "…"
	}
	return s
}
