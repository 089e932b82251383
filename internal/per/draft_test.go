package per

import (
	"slices"
	"strings"
	"testing"
	"time"

	"amana/internal/fault"

	"github.com/google/go-cmp/cmp"
)

var (
	noon  = time.Date(2026, 2, 3, 12, 0, 0, 0, time.UTC)
	later = noon.Add(time.Hour)
)

// routine is the answer that brings the fewest follow-ups.
func routine(q *Question) Value {
	switch q.Type {
	case YesNo:
		if q.Key == "health.examined" || q.Key == "custody.reasons_given" {
			return Value{Yes}
		}
		return Value{No}
	case Choice, Choices:
		return Value{q.Options[0].Key}
	case Date:
		return Value{"2026-01-17"}
	default:
		return Value{"Registrar 14"}
	}
}

func edit(t testing.TB, rec Record) *Draft {
	t.Helper()
	d, err := Edit(rec, false)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// whole gives a draft with every required question answered.
func whole(t testing.TB) *Draft {
	t.Helper()
	d := edit(t, New())
	for q := range d.Missing() {
		must(t, d.Answer(q.Key, routine(q), "u14", noon))
	}
	return d
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("س", maxText)
	for _, c := range []struct {
		name, key string
		value     Value
		want      Value // as kept; nil when refused
		rule      string
	}{
		{"yes", "risk.escape", Value{"yes"}, Value{"yes"}, ""},
		{"not yes or no", "risk.escape", Value{"maybe"}, nil, "option.not_offered"},
		{"two answers to one question", "risk.escape", Value{"yes", "no"}, nil, "answer.single"},
		{"empty", "risk.escape", nil, nil, "answer.empty"},
		{"blank", "risk.notes", Value{" \n"}, nil, "answer.empty"},
		{"unknown question", "risk.score", Value{"5"}, nil, "question.unknown"},
		{"follow-up not asked", "risk.escape_detail", Value{"x"}, nil, "question.not_asked"},
		{"choice", "custody.age", Value{"disputed"}, Value{"disputed"}, ""},
		{"option of another question", "custody.age", Value{"stretcher"}, nil, "option.not_offered"},
		{"choices sorted and once", "health.conditions", Value{"heart", "diabetes", "heart"}, Value{"diabetes", "heart"}, ""},
		{"none with something", "health.conditions", Value{"heart", "none"}, nil, "option.alone"},
		{"one choice not offered", "health.conditions", Value{"heart", "guilt"}, nil, "option.not_offered"},
		{"text trimmed", "risk.notes", Value{"  two\nlines "}, Value{"two\nlines"}, ""},
		{"text as long as allowed", "risk.notes", Value{long}, Value{long}, ""},
		{"text too long", "risk.notes", Value{long + "س"}, nil, "text.too_long"},
		{"control character", "risk.notes", Value{"a\x00b"}, nil, "text.control"},
		{"broken encoding", "risk.notes", Value{"a\xffb"}, nil, "text.control"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := edit(t, New())
			err := d.Answer(c.key, c.value, "u14", noon)
			if c.rule != "" {
				if !fault.Is(err, "per.answer") || fault.As(err).Fields[0].Rule != c.rule || fault.As(err).Fields[0].Name != c.key {
					t.Errorf("Answer = %v, want %s on %s", err, c.rule, c.key)
				}
				if diff := cmp.Diff(New(), d.Record()); diff != "" {
					t.Errorf("a refused answer changed the record (-want +got):\n%s", diff)
				}
				return
			}
			must(t, err)
			want := Record{
				Framework: "2026-1", Version: 1, Status: InProgress,
				Answers: map[string]Answer{c.key: {Value: c.want, Stamp: Stamp{By: "u14", At: noon}}},
			}
			if diff := cmp.Diff(want, d.Record()); diff != "" {
				t.Errorf("record (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnswerFollowUps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, parent, given, key string
		value, want              Value
		rule                     string
	}{
		{"date", "custody.ground", "sentence", "custody.order_date", Value{" 2025-11 "}, Value{"2025-11"}, ""},
		{"no date", "custody.ground", "sentence", "custody.order_date", Value{"yesterday"}, nil, "date.unreadable"},
		{"no day", "custody.ground", "sentence", "custody.order_date", Value{"2025-02-30"}, nil, "date.impossible"},
		{"asked by one answer only", "custody.ground", "sentence", "custody.no_ground_reported", Value{"x"}, nil, "question.not_asked"},
		{"items", "custody.keep_apart", "yes", "custody.keep_apart_from", Value{"100100000014", "", " 100100000022 "}, Value{"100100000014", "100100000022"}, ""},
		{"too many items", "custody.keep_apart", "yes", "custody.keep_apart_from", slices.Repeat(Value{"x"}, maxItems+1), nil, "items.too_many"},
		{"item too long", "custody.keep_apart", "yes", "custody.keep_apart_from", Value{strings.Repeat("x", maxItem+1)}, nil, "text.too_long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := edit(t, New())
			must(t, d.Answer(c.parent, Value{c.given}, "u14", noon))
			err := d.Answer(c.key, c.value, "u14", noon)
			if c.rule != "" {
				if !fault.Is(err, "per.answer") || fault.As(err).Fields[0].Rule != c.rule {
					t.Errorf("Answer = %v, want %s", err, c.rule)
				}
				return
			}
			must(t, err)
			if diff := cmp.Diff(c.want, d.Record().Answers[c.key].Value); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStampIsDemanded(t *testing.T) {
	t.Parallel()
	d := edit(t, New())
	err := d.Answer("risk.escape", Value{No}, " ", time.Time{})
	want := []fault.Field{{Name: "by", Rule: "stamp.by"}, {Name: "at", Rule: "stamp.at"}}
	if diff := cmp.Diff(want, fault.As(err).Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestSealedValueIsNotEchoed(t *testing.T) {
	t.Parallel()
	d := edit(t, New())
	err := d.Answer("health.mobility", Value{"paralysed"}, "u14", noon)
	if diff := cmp.Diff([]fault.Field{{Name: "health.mobility", Rule: "option.not_offered"}}, fault.As(err).Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestChangedAnswerClearsDown(t *testing.T) {
	t.Parallel()
	d := edit(t, New())
	must(t, d.Answer("risk.self_harm", Value{Yes}, "u14", noon))
	must(t, d.Answer("risk.self_harm_watch", Value{"constant"}, "u14", noon))
	must(t, d.Answer("risk.self_harm_order", Value{"Dr 7"}, "u14", noon))

	// Another answer under which the follow-up is asked all the same keeps it.
	must(t, d.Answer("risk.self_harm_watch", Value{"intermittent"}, "u14", noon))
	if len(d.Cleared()) != 0 || !Asked(d.Record(), "risk.self_harm_order") {
		t.Errorf("cleared %v, want nothing", d.Cleared())
	}
	must(t, d.Answer("risk.self_harm", Value{No}, "u14", later))
	want := []string{"risk.self_harm_watch", "risk.self_harm_order"}
	if diff := cmp.Diff(want, d.Cleared()); diff != "" {
		t.Errorf("cleared (-want +got):\n%s", diff)
	}
	if got := d.Record(); len(got.Answers) != 1 || Asked(got, "risk.self_harm_order") {
		t.Errorf("answers = %v, want one", got.Answers)
	}
}

func TestClear(t *testing.T) {
	t.Parallel()
	d := edit(t, New())
	must(t, d.Clear("risk.escape"))
	if d.Record().Version != 0 {
		t.Error("clearing nothing made a version")
	}
	must(t, d.Answer("risk.escape", Value{Yes}, "u14", noon))
	must(t, d.Answer("risk.escape_detail", Value{"x"}, "u14", noon))
	must(t, d.Clear("risk.escape"))
	if got := d.Record(); len(got.Answers) != 0 || got.Status != InProgress {
		t.Errorf("record = %+v, want none answered, in progress", got)
	}
	if err := d.Clear("risk.score"); !fault.Is(err, "per.answer") {
		t.Errorf("Clear of an unknown question = %v", err)
	}
}

func TestAnswerAll(t *testing.T) {
	t.Parallel()
	d := edit(t, New())
	must(t, d.AnswerAll(map[string]Value{
		"risk.escape_detail": {"a letter"}, "risk.escape_source": {"document"}, "risk.escape": {Yes}, "risk.notes": {"n"}, "risk.weapon": {""},
	}, "u14", noon))
	before := d.Record()
	if len(before.Answers) != 4 {
		t.Errorf("answers = %v, want four", before.Answers)
	}

	err := d.AnswerAll(map[string]Value{"risk.escape": {No}, "risk.score": {"5"}, "risk.threatened_detail": {"x"}, "custody.age": {"old"}}, "u14", later)
	want := []fault.Field{
		{Name: "risk.threatened_detail", Rule: "question.not_asked", Value: "x"},
		{Name: "custody.age", Rule: "option.not_offered", Value: "old"},
		{Name: "risk.score", Rule: "question.unknown"},
	}
	if diff := cmp.Diff(want, fault.As(err).Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, d.Record()); diff != "" || len(d.Cleared()) > 0 {
		t.Errorf("a refused form changed the record (-want +got):\n%s", diff)
	}

	// A page without scripts sends the follow-up along that the form itself makes void; one typed anew is told.
	must(t, d.AnswerAll(map[string]Value{"risk.escape": {No}, "risk.escape_detail": {"a letter"}, "risk.escape_source": {"document"}, "risk.notes": {" "}}, "u14", later))
	if got := d.Record(); len(got.Answers) != 1 || len(d.Cleared()) != 2 {
		t.Errorf("answers = %v, cleared %v", got.Answers, d.Cleared())
	}
	if err := d.AnswerAll(map[string]Value{"risk.escape_detail": {"new"}}, "u14", later); !fault.Is(err, "per.answer") {
		t.Errorf("AnswerAll of a question not asked = %v", err)
	}
}

func TestSameAnswerChangesNothing(t *testing.T) {
	t.Parallel()
	rec := whole(t).Record()
	d := edit(t, rec)
	must(t, d.Answer("risk.escape", Value{No}, "other", later))
	if diff := cmp.Diff(rec, d.Record()); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

func TestPrefill(t *testing.T) {
	t.Parallel()
	old := whole(t)
	must(t, old.Answer("risk.escape", Value{Yes}, "u14", noon))
	must(t, old.Answer("risk.escape_detail", Value{"a letter"}, "u14", noon))
	from := old.Record()
	from.Answers["custody.language"] = Answer{Value: Value{"klingon"}} // offered by another version, say

	d := edit(t, New())
	must(t, d.Answer("risk.past_escape", Value{Yes}, "u15", later))
	must(t, d.Prefill(from))
	rec := d.Record()
	if rec.Status != InProgress || rec.Version != 1 {
		t.Errorf("status %s version %d", rec.Status, rec.Version)
	}
	want := Answer{Value: Value{"a letter"}, Prefilled: true, Stamp: Stamp{By: "u14", At: noon}}
	if diff := cmp.Diff(want, rec.Answers["risk.escape_detail"]); diff != "" {
		t.Errorf("prefilled follow-up (-want +got):\n%s", diff)
	}
	if got := rec.Answers["risk.past_escape"]; got.Prefilled || got.Value[0] != Yes {
		t.Errorf("prefilling replaced an answer: %+v", got)
	}
	for _, key := range []string{"custody.language", "health.fit_to_travel", "property.bag", "custody.keep_apart_from"} {
		if _, ok := rec.Answers[key]; ok {
			t.Errorf("%s was prefilled", key)
		}
	}

	// Nothing counts before somebody reviewed it, neither by a review nor by the same answer or a new one.
	if !slices.Contains(keys(Missing(rec)), "risk.escape") {
		t.Error("a prefilled answer counts without a review")
	}
	must(t, d.Review("risk.escape", "u16", later))
	must(t, d.Answer("risk.escape_detail", Value{"a letter"}, "u16", later))
	rec = d.Record()
	for _, key := range []string{"risk.escape", "risk.escape_detail"} {
		if got := rec.Answers[key]; got.Prefilled || got.By != "u16" || !got.At.Equal(later) {
			t.Errorf("%s after review = %+v", key, got)
		}
	}
	must(t, d.Review("risk.escape", "u17", later))
	if got := d.Record().Answers["risk.escape"].By; got != "u16" {
		t.Errorf("a second review took the answer over: %s", got)
	}
	if err := d.Review("health.fit_to_travel", "u16", later); !fault.Is(err, "per.answer") {
		t.Errorf("Review of nothing = %v", err)
	}
	if err := d.Complete("u16", later); !fault.Is(err, "per.incomplete") || !slices.Contains(fault.As(err).Fields, fault.Field{Name: "risk.self_harm", Rule: "answer.unreviewed"}) {
		t.Errorf("Complete = %v, want risk.self_harm unreviewed", err)
	}
	for q := range d.Missing() {
		if a, ok := d.Record().Answers[q.Key]; ok {
			must(t, d.Answer(q.Key, a.Value, "u16", later))
		} else {
			must(t, d.Answer(q.Key, routine(q), "u16", later))
		}
	}
	must(t, d.Complete("u16", later))
}

func TestTransitions(t *testing.T) {
	t.Parallel()
	all := []Status{Unstarted, InProgress, Completed, Confirmed}
	legal := map[[2]Status]bool{
		{Unstarted, InProgress}: true, {InProgress, Completed}: true, {Completed, InProgress}: true, {Completed, Confirmed}: true,
	}
	for _, from := range all {
		for _, to := range all {
			if got := from.CanBecome(to); got != legal[[2]Status{from, to}] {
				t.Errorf("%s to %s = %v", from, to, got)
			}
		}
	}
	if Status("lost").Known() || !Confirmed.Known() {
		t.Error("Known is wrong")
	}
}

func TestLife(t *testing.T) {
	t.Parallel()
	d := edit(t, New())
	if err := d.Confirm("u14", noon); !fault.Is(err, "per.transition") {
		t.Errorf("Confirm of an unstarted record = %v", err)
	}
	err := d.Complete("u14", noon)
	if !fault.Is(err, "per.incomplete") || !slices.Contains(fault.As(err).Fields, fault.Field{Name: "risk.escape", Rule: "answer.missing"}) {
		t.Fatalf("Complete of an unstarted record = %v", err)
	}
	for _, f := range fault.As(err).Fields {
		if q := Current().Question(f.Name); q != nil && q.Sealed {
			t.Errorf("the fault names the sealed question %s", f.Name)
		}
	}

	d = whole(t)
	must(t, d.Complete("u15", later))
	if err := d.Complete("u15", later); !fault.Is(err, "per.transition") {
		t.Errorf("Complete twice = %v", err)
	}
	completed := d.Record()
	if completed.Status != Completed || completed.Version != 1 || completed.Completed != (Stamp{By: "u15", At: later}) {
		t.Errorf("completed = %s, version %d, %+v", completed.Status, completed.Version, completed.Completed)
	}

	// A change reopens, and the copies made before stay as they were.
	d = edit(t, completed)
	must(t, d.Answer("risk.escape", Value{Yes}, "u16", later))
	if got := d.Record(); got.Status != InProgress || got.Version != 2 || got.Completed != (Stamp{}) {
		t.Errorf("reopened = %s, version %d, %+v", got.Status, got.Version, got.Completed)
	}
	if got := completed.Answers["risk.escape"].Value[0]; got != No {
		t.Errorf("editing changed the record it came from: %s", got)
	}

	d = edit(t, completed)
	must(t, d.Confirm("u17", later))
	confirmed := d.Record()
	if confirmed.Status != Confirmed || confirmed.Version != 2 || confirmed.Confirmed != (Stamp{By: "u17", At: later}) {
		t.Errorf("confirmed = %s, version %d, %+v", confirmed.Status, confirmed.Version, confirmed.Confirmed)
	}
	for name, change := range map[string]error{
		"Answer":    d.Answer("risk.escape", Value{Yes}, "u14", later),
		"AnswerAll": d.AnswerAll(map[string]Value{"risk.escape": {Yes}}, "u14", later),
		"Clear":     d.Clear("risk.escape"),
		"Prefill":   d.Prefill(completed),
		"Review":    d.Review("risk.escape", "u14", later),
		"Complete":  d.Complete("u14", later),
		"Confirm":   d.Confirm("u14", later),
	} {
		if !fault.Is(change, "per.confirmed") {
			t.Errorf("%s on a confirmed record = %v", name, change)
		}
	}
	if diff := cmp.Diff(confirmed, d.Record()); diff != "" {
		t.Errorf("a confirmed record changed (-want +got):\n%s", diff)
	}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	confirmed := New()
	confirmed.Status = Confirmed
	unknown := New()
	unknown.Framework = "1999-1"
	for _, c := range []struct {
		name    string
		rec     Record
		started bool
		rule    string
	}{
		{"before the start", New(), false, ""},
		{"after the start", New(), true, "per.move_started"},
		{"confirmed", confirmed, false, "per.confirmed"},
		{"framework unknown", unknown, false, "per.framework_unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Edit(c.rec, c.started); (c.rule == "") != (err == nil) || c.rule != "" && !fault.Is(err, c.rule) {
				t.Errorf("Edit = %v, want %q", err, c.rule)
			}
		})
	}
}

func keys(questions []*Question) []string {
	var out []string
	for _, q := range questions {
		out = append(out, q.Key)
	}
	return out
}
