package per

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"amana/internal/fault"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFlags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		answers []string // key=value
		want    []string
	}{
		{"a routine record raises none", nil, nil},
		{"self-harm", []string{"risk.self_harm=yes"}, []string{"risk.self_harm"}},
		{"escape, in the framework's order", []string{"property.cash=yes", "risk.escape=yes"}, []string{"risk.escape", "property.cash"}},
		{"held without grounds (R01)", []string{"custody.ground=none_on_file"}, []string{"custody.no_ground"}},
		{"age disputed (R19)", []string{"custody.age=disputed"}, []string{"custody.juvenile"}},
		{"reasons not given (R07)", []string{"custody.reasons_given=no"}, []string{"custody.reasons_not_given"}},
		{"fear of return (R16)", []string{"custody.protection=yes"}, []string{"custody.protection"}},
		{"not examined (R12)", []string{"health.examined=no"}, []string{"health.not_examined"}},
		{"not fit", []string{"health.fit_to_travel=not_fit"}, []string{"health.not_fit_to_travel"}},
		{"stretcher", []string{"health.mobility=stretcher"}, []string{"health.needs_stretcher"}},
		{"two ways to one flag", []string{"health.mobility=with_help", "health.senses=sight"}, []string{"health.needs_assistance"}},
		{"every condition alike", []string{"health.conditions=epilepsy"}, []string{"health.care_plan"}},
		{"medicine on the way", []string{"health.medication=yes", "health.medication_en_route=yes"}, []string{"health.medication", "health.medication_en_route"}},
		{"injuries tell the escort nothing (R13)", []string{"health.injuries=yes"}, nil},
		{"sealed bag", []string{"property.bag=yes"}, []string{"property.sealed_bag"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := whole(t)
			for _, a := range c.answers {
				key, value, _ := strings.Cut(a, "=")
				must(t, d.Answer(key, Value{value}, "u14", noon))
			}
			var got []string
			for _, flag := range Flags(d.Record()) {
				got = append(got, flag.Key)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("flags (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSealed(t *testing.T) {
	t.Parallel()
	rec := whole(t).Record()
	rec.Answers["later.unknown"] = Answer{Value: Value{"x"}}
	open, sealed := Sealed(rec)
	if len(open)+len(sealed) != len(rec.Answers) {
		t.Errorf("%d open and %d sealed of %d", len(open), len(sealed), len(rec.Answers))
	}
	for key := range open {
		if Current().Question(key).Sealed {
			t.Errorf("%s is open", key)
		}
	}
	for _, key := range []string{"health.fit_to_travel", "health.medication", "health.injuries", "later.unknown"} {
		if _, ok := sealed[key]; !ok {
			t.Errorf("%s is not sealed", key)
		}
	}
}

func TestRequired(t *testing.T) {
	t.Parallel()
	rec := New()
	required := keys(Required(rec))
	if slices.Contains(required, "risk.escape_detail") || slices.Contains(required, "risk.notes") || !slices.Contains(required, "risk.escape") {
		t.Errorf("required of an unstarted record = %v", required)
	}
	if diff := cmp.Diff(required, keys(Missing(rec))); diff != "" {
		t.Errorf("missing (-required +missing):\n%s", diff)
	}
	d := edit(t, rec)
	must(t, d.Answer("risk.escape", Value{Yes}, "u14", noon))
	rec = d.Record()
	if got := keys(Required(rec)); !slices.Contains(got, "risk.escape") || !slices.Contains(got, "risk.escape_detail") {
		t.Errorf("required = %v, want the answered question and its follow-up", got)
	}
	if got := keys(Missing(rec)); slices.Contains(got, "risk.escape") || !slices.Contains(got, "risk.escape_detail") {
		t.Errorf("missing = %v, want the follow-up only", got)
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	d := whole(t)
	must(t, d.Complete("u15", later))
	completed := d.Record()
	d = edit(t, completed)
	must(t, d.Confirm("u16", later.Add(time.Microsecond)))
	mixed := edit(t, New())
	must(t, mixed.Prefill(completed))
	must(t, mixed.Review("risk.escape", "u17", later))
	must(t, mixed.Answer("health.conditions", Value{"heart", "allergy"}, "clinician 3", later))
	for name, rec := range map[string]Record{
		"unstarted": New(), "completed": completed, "confirmed": d.Record(), "prefilled": mixed.Record(),
	} {
		b, err := json.Marshal(rec)
		must(t, err)
		var got Record
		must(t, json.Unmarshal(b, &got))
		if diff := cmp.Diff(rec, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		again, err := json.Marshal(got)
		must(t, err)
		if diff := cmp.Diff(string(b), string(again)); diff != "" {
			t.Errorf("%s is not stable (-first +second):\n%s", name, diff)
		}
	}
}

// TestSize holds a typical completed record, with two people answering and a few follow-ups, below 1.2 kB.
func TestSize(t *testing.T) {
	t.Parallel()
	d := whole(t)
	must(t, d.AnswerAll(map[string]Value{
		"health.medication": {Yes}, "health.medication_list": {"metformin 500 mg, 08:00"}, "health.medication_en_route": {No},
	}, "clinician-3", later))
	must(t, d.AnswerAll(map[string]Value{"property.bag": {Yes}, "property.seals": {"A-10442"}}, "u15", later))
	must(t, d.Complete("u15", later))
	b, err := json.Marshal(d.Record())
	must(t, err)
	t.Logf("%d bytes for %d answers", len(b), len(d.Record().Answers))
	if len(b) > 1200 {
		t.Errorf("%d bytes for %d answers:\n%s", len(b), len(d.Record().Answers), b)
	}
}

// TestLargest shows that every record that a Draft can make can be read again.
func TestLargest(t *testing.T) {
	t.Parallel()
	d := edit(t, New())
	for i, q := range Current().Questions() {
		if !q.asked(d.rec.Answers) {
			continue
		}
		v := Value{strings.Repeat("<", maxText)} // six bytes each in JSON
		switch q.Type {
		case YesNo:
			v = Value{Yes}
		case Choice, Choices:
			v = Value{q.Options[len(q.Options)-1].Key}
		case Date:
			v = Value{"2026-01-17"}
		case Items:
			v = slices.Repeat(Value{strings.Repeat("<", maxItem)}, maxItems)
		}
		must(t, d.Answer(q.Key, v, strings.Repeat("<", maxName), noon.Add(time.Duration(i)*time.Microsecond)))
	}
	b, err := json.Marshal(d.Record())
	must(t, err)
	var got Record
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatalf("%d bytes: %v", len(b), err)
	}
	if len(b) > maxRecord*3/4 {
		t.Errorf("%d bytes come near the limit", len(b))
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	const by = `"by":"u14","at":"2026-02-03T12:00:00Z"`
	record := func(status, rest string) string {
		return fmt.Sprintf(`{"framework":"2026-1","version":1,"status":%q%s}`, status, rest)
	}
	given := func(answers string) string {
		return record("in_progress", `,"answers":[{`+by+`,"given":{`+answers+`}}]`)
	}
	for _, c := range []struct {
		name, in, rule string
		fields         []fault.Field
	}{
		{"minimal", record("unstarted", ""), "", nil},
		{"a list of one", given(`"risk":{"escape":["no"]}`), "", nil},
		{"not JSON", "x", "", nil}, // told by encoding/json itself
		{"another thing", `{"person":1}`, "per.unreadable", nil},
		{"a number for an answer", given(`"risk":{"escape":3}`), "per.unreadable", nil},
		{"framework unknown", strings.Replace(record("unstarted", ""), "2026-1", "1999-1", 1), "per.framework_unknown", nil},
		{"too large", record("unstarted", strings.Repeat(" ", maxRecord)), "per.too_large", nil},
		{"unknown question", given(`"risk":{"score":"5"}`), "per.answer", []fault.Field{{Name: "risk.score", Rule: "question.unknown"}}},
		{"not asked", given(`"risk":{"escape":"no","escape_detail":"x"}`), "per.answer", []fault.Field{{Name: "risk.escape_detail", Rule: "question.not_asked"}}},
		{"not offered", given(`"risk":{"escape":"perhaps"}`), "per.answer", []fault.Field{{Name: "risk.escape", Rule: "option.not_offered"}}},
		{"null", given(`"risk":{"escape":null}`), "per.answer", []fault.Field{{Name: "risk.escape", Rule: "answer.empty"}}},
		{
			"answered twice", record("in_progress", `,"answers":[{`+by+`,"given":{"risk":{"escape":"no"}},"prefilled":{"risk":{"escape":"yes"}}}]`),
			"per.answer",
			[]fault.Field{{Name: "risk.escape", Rule: "answer.twice"}},
		},
		{
			"nobody answered", record("in_progress", `,"answers":[{"at":"2026-02-03T12:00:00Z","given":{"risk":{"escape":"no"}}}]`),
			"per.answer",
			[]fault.Field{{Name: "by", Rule: "stamp.by"}},
		},
		{"status unknown", record("lost", ""), "per.answer", []fault.Field{{Name: "status", Rule: "status.unknown"}}},
		{"version negative", `{"framework":"2026-1","version":-1,"status":"unstarted"}`, "per.answer", []fault.Field{{Name: "version", Rule: "version.negative"}}},
		{"completed with nothing", record("completed", `,"completed":{`+by+`}`), "per.answer", []fault.Field{{Name: "status", Rule: "status.contradicted"}}},
		{
			"unstarted with answers", record("unstarted", `,"answers":[{`+by+`,"given":{"risk":{"escape":"no"}}}]`),
			"per.answer",
			[]fault.Field{{Name: "status", Rule: "status.contradicted"}},
		},
		{"confirmed by somebody, in progress", record("in_progress", `,"confirmed":{`+by+`}`), "per.answer", []fault.Field{{Name: "confirmed", Rule: "stamp.contradicted"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			kept := Record{Framework: "kept"}
			err := json.Unmarshal([]byte(c.in), &kept)
			switch {
			case c.in == "x":
				if err == nil {
					t.Error("no error")
				}
			case c.rule == "":
				must(t, err)
			case !fault.Is(err, c.rule):
				t.Errorf("error = %v, want %s", err, c.rule)
			default:
				if diff := cmp.Diff(c.fields, fault.As(err).Fields); diff != "" {
					t.Errorf("fields (-want +got):\n%s", diff)
				}
				if kept.Framework != "kept" {
					t.Error("a refused record was read all the same")
				}
			}
		})
	}
}

// anyValue draws an answer that the question takes, or now and then one that it does not.
func anyValue(t *rapid.T, q *Question) Value {
	switch q.Type {
	case YesNo, Choice, Choices:
		return Value{q.Options[rapid.IntRange(0, len(q.Options)-1).Draw(t, "option")].Key}
	case Date:
		return Value{rapid.SampledFrom([]string{"2026", "2026-01-17", "never"}).Draw(t, "date")}
	default:
		return Value{rapid.SampledFrom([]string{"x", "y", ""}).Draw(t, "text")}
	}
}

// consistent holds a record to the invariants: only asked questions are answered, and the status is borne out.
func consistent(t interface{ Fatalf(string, ...any) }, rec Record) {
	for key := range rec.Answers {
		if !Asked(rec, key) {
			t.Fatalf("%s is answered and not asked", key)
		}
		for q := Current().Question(key).parent; q != nil; q = q.parent {
			if !Asked(rec, q.Key) {
				t.Fatalf("%s is answered under %s, which is not asked", key, q.Key)
			}
		}
	}
	done := rec.Status == Completed || rec.Status == Confirmed
	if done && len(Missing(rec)) > 0 {
		t.Fatalf("%s with %v missing", rec.Status, keys(Missing(rec)))
	}
	if done == (rec.Completed == Stamp{}) || (rec.Status == Confirmed) == (rec.Confirmed == Stamp{}) {
		t.Fatalf("%s with stamps %+v %+v", rec.Status, rec.Completed, rec.Confirmed)
	}
}

// TestRandomLives drives records through arbitrary sequences of changes.
func TestRandomLives(t *testing.T) {
	t.Parallel()
	earlier := whole(t)
	must(t, earlier.Answer("risk.self_harm", Value{Yes}, "u1", noon))
	must(t, earlier.Answer("risk.self_harm_watch", Value{"constant"}, "u1", noon))
	questions := Current().Questions()
	rapid.Check(t, func(t *rapid.T) {
		d, err := Edit(New(), false)
		if err != nil {
			t.Fatal(err)
		}
		var final *Record
		question := func() *Question { return questions[rapid.IntRange(0, len(questions)-1).Draw(t, "question")] }
		t.Repeat(map[string]func(*rapid.T){
			"answer": func(t *rapid.T) { q := question(); _ = d.Answer(q.Key, anyValue(t, q), "u1", noon) },
			"form": func(t *rapid.T) {
				form := map[string]Value{}
				for range rapid.IntRange(1, 5).Draw(t, "fields") {
					q := question()
					form[q.Key] = anyValue(t, q)
				}
				_ = d.AnswerAll(form, "u2", noon)
			},
			"fill": func(t *rapid.T) {
				for q := range d.Missing() {
					_ = d.Answer(q.Key, routine(q), "u3", later)
				}
				if d.rec.Status != Confirmed && len(Missing(d.Record())) > 0 {
					t.Fatalf("one pass left %v", keys(Missing(d.Record())))
				}
			},
			"clear":   func(*rapid.T) { _ = d.Clear(question().Key) },
			"prefill": func(*rapid.T) { _ = d.Prefill(earlier.Record()) },
			"review":  func(*rapid.T) { _ = d.Review(question().Key, "u4", later) },
			"complete": func(t *rapid.T) {
				missing, status := len(Missing(d.Record())), d.rec.Status
				if err := d.Complete("u5", later); (err == nil) != (missing == 0 && status == InProgress) {
					t.Fatalf("Complete of %s with %d missing = %v", status, missing, err)
				}
			},
			"confirm": func(t *rapid.T) {
				if d.Confirm("u6", later) == nil {
					rec := d.Record()
					final = &rec
				}
			},
			"reopen": func(*rapid.T) {
				if next, err := Edit(d.Record(), false); err == nil {
					d = next
				}
			},
			"": func(t *rapid.T) {
				rec := d.Record()
				consistent(t, rec)
				if final != nil && !cmp.Equal(*final, rec) {
					t.Fatalf("a confirmed record changed:\n%s", cmp.Diff(*final, rec))
				}
			},
		})
		b, err := json.Marshal(d.Record())
		if err != nil {
			t.Fatal(err)
		}
		var got Record
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		if diff := cmp.Diff(d.Record(), got); diff != "" {
			t.Fatalf("round trip (-want +got):\n%s", diff)
		}
	})
}

func FuzzDecode(f *testing.F) {
	d := whole(f)
	must(f, d.Answer("risk.self_harm", Value{Yes}, "u14", later))
	open, err := json.Marshal(d.Record())
	must(f, err)
	f.Add(open)
	for q := range d.Missing() {
		must(f, d.Answer(q.Key, routine(q), "u14", noon))
	}
	must(f, d.Complete("u14", later))
	done, err := json.Marshal(d.Record())
	must(f, err)
	f.Add(done)
	f.Add([]byte(`{"framework":"2026-1","version":0,"status":"unstarted"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var rec Record
		if json.Unmarshal(b, &rec) != nil {
			return
		}
		consistent(t, rec)
		first, err := json.Marshal(rec)
		must(t, err)
		var again Record
		must(t, json.Unmarshal(first, &again))
		if diff := cmp.Diff(rec, again); diff != "" {
			t.Fatalf("round trip (-want +got):\n%s", diff)
		}
	})
}

// BenchmarkFill answers, completes, confirms and writes one record, as the demonstration does thousands of times.
func BenchmarkFill(b *testing.B) {
	answers := map[string]Value{}
	for _, q := range Current().Questions() {
		answers[q.Key] = routine(q)
	}
	b.ReportAllocs()
	for b.Loop() {
		d := edit(b, New())
		for q := range d.Missing() {
			must(b, d.Answer(q.Key, answers[q.Key], "u14", noon))
		}
		must(b, d.Complete("u14", noon))
		must(b, d.Confirm("u15", later))
		if _, err := json.Marshal(d.Record()); err != nil {
			b.Fatal(err)
		}
	}
}

// TestRecordsAreIndependent shows that a record taken from a draft does not follow the draft.
func TestRecordsAreIndependent(t *testing.T) {
	t.Parallel()
	d := whole(t)
	first := d.Record()
	want := maps.Clone(first.Answers)
	must(t, d.Answer("risk.escape", Value{Yes}, "u14", later))
	if diff := cmp.Diff(want, first.Answers); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}
