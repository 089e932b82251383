package ledger_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/fault"
	"amana/internal/ledger"
)

func TestBodyIsReadable(t *testing.T) {
	t.Parallel()
	b := newBook(t, "nasiriyah")
	b.rand.Seed([32]byte{7})
	d := ledger.Draft{
		Kind: "person.registered", OccurredAt: time.Date(2026, 2, 1, 9, 0, 0, 123456789, time.FixedZone("", 3*3600)),
		Actor: "كاتب 3", Person: 100100000001, Data: map[string]any{"name": "<A&B>", "born": 1990},
	}
	e, err := ledger.Seal(b.log, 41, d, &ledger.Link{PSeq: 1, Key: [32]byte{0xab}}, start, b.rand)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"site":"nasiriyah","epoch":1,"seq":41,"kind":"person.registered","occurred_at":"2026-02-01T06:00:00.123456Z",` +
		`"recorded_at":"2026-02-01T06:00:00.000000Z","actor":"كاتب 3","person":100100000001,"pseq":1,` +
		`"prev":"` + strings.Repeat("0", 64) + `","chain_key":"ab` + strings.Repeat("0", 62) + `","data":{"born":1990,"name":"<A&B>"}}`
	if diff := cmp.Diff(want, string(e.Body)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	h, err := e.Header()
	if err != nil {
		t.Fatal(err)
	}
	wantHeader := ledger.Header{
		Site: "nasiriyah", Epoch: 1, Seq: 41, Kind: "person.registered", Actor: "كاتب 3", Person: 100100000001, PSeq: 1,
		OccurredAt: time.Date(2026, 2, 1, 6, 0, 0, 123456000, time.UTC), RecordedAt: start,
		ChainKey: &[32]byte{0xab}, Data: json.RawMessage(`{"born":1990,"name":"<A&B>"}`),
	}
	if diff := cmp.Diff(wantHeader, h); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

func TestSealCollectsFaults(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a")
	good := ledger.Draft{Kind: "k", OccurredAt: start, Actor: "x"}
	link := &ledger.Link{PSeq: 1, Key: [32]byte{1}}
	type input struct {
		log  ledger.Log
		seq  int64
		d    ledger.Draft
		link *ledger.Link
		at   time.Time
	}
	for name, tc := range map[string]struct {
		change func(*input)
		rule   string
		fields []string
	}{
		"nothing given":       {func(in *input) { *in = input{} }, "entry.draft", []string{"log", "seq", "kind", "actor", "occurred_at", "recorded_at"}},
		"site with a slash":   {func(in *input) { in.log.Site = "a/b" }, "entry.draft", []string{"log"}},
		"kind to be escaped":  {func(in *input) { in.d.Kind = `a"b` }, "entry.draft", []string{"kind"}},
		"actor not in UTF-8":  {func(in *input) { in.d.Actor = "\xff" }, "entry.draft", []string{"actor"}},
		"year 10000":          {func(in *input) { in.at = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "entry.draft", []string{"recorded_at"}},
		"number too large":    {func(in *input) { in.seq = math.MaxInt64 }, "entry.draft", []string{"seq"}},
		"person without link": {func(in *input) { in.d.Person = 5 }, "entry.draft", []string{"person"}},
		"link without person": {func(in *input) { in.link = link }, "entry.draft", []string{"person"}},
		"first with a predecessor": {func(in *input) {
			in.d.Person, in.link = 5, &ledger.Link{PSeq: 1, Key: [32]byte{1}, Prev: ledger.Hash{1}}
		}, "entry.draft", []string{"prev"}},
		"second without a predecessor": {func(in *input) {
			in.d.Person, in.link = 5, &ledger.Link{PSeq: 2, Key: [32]byte{1}}
		}, "entry.draft", []string{"prev"}},
		"no chain key":          {func(in *input) { in.d.Person, in.link = 5, &ledger.Link{PSeq: 1} }, "entry.draft", []string{"chain_key"}},
		"data is a list":        {func(in *input) { in.d.Data = []int{1} }, "entry.body", nil},
		"data cannot be JSON":   {func(in *input) { in.d.Data = func() {} }, "entry.body", nil},
		"a name twice":          {func(in *input) { in.d.Data = json.RawMessage(`{"a":1,"a":2}`) }, "entry.body", nil},
		"a name with an escape": {func(in *input) { in.d.Data = map[string]int{"a\nb": 1} }, "entry.body", nil},
		"too large":             {func(in *input) { in.d.Data = map[string]string{"a": strings.Repeat("x", ledger.MaxBody)} }, "entry.body", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := input{b.log, 1, good, nil, start}
			tc.change(&in)
			_, err := ledger.Seal(in.log, in.seq, in.d, in.link, in.at, bytes.NewReader(make([]byte, 32)))
			var f *fault.Error
			if !errors.As(err, &f) || f.Rule != tc.rule {
				t.Fatalf("got %v, want %s", err, tc.rule)
			}
			var fields []string
			for _, field := range f.Fields {
				fields = append(fields, field.Name)
			}
			if diff := cmp.Diff(tc.fields, fields); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSealReportsRandomness(t *testing.T) {
	t.Parallel()
	broken := errors.New("no entropy")
	d := ledger.Draft{Kind: "k", OccurredAt: start, Actor: "x"}
	if _, err := ledger.Seal(ledger.Log{Site: "a"}, 1, d, nil, start, iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

func TestSignAllRefusesAnotherLogsKey(t *testing.T) {
	t.Parallel()
	b, other := newBook(t, "a"), newBook(t, "b")
	b.seal(t, 0)
	if err := ledger.SignAll(other.signer, b.entries); !fault.Is(err, "key.name") {
		t.Errorf("got %v, want key.name", err)
	}
}

// canonical is a body that the table of departures starts from.
const canonical = `{"site":"a","epoch":0,"seq":1,"kind":"k","occurred_at":"2026-02-01T06:00:00.000000Z",` +
	`"recorded_at":"2026-02-01T06:00:00.000000Z","actor":"x","data":{"a":[1,{"b":"c d"}],"e":null}}`

func TestBodyHasOneForm(t *testing.T) {
	t.Parallel()
	if _, err := (&ledger.Entry{Body: []byte(canonical)}).Header(); err != nil {
		t.Fatal(err)
	}
	hash := strings.Repeat("ab", 32)
	person := func(s string) string { return `"actor":"x",` + s }
	for name, change := range map[string][2]string{
		"blank after a comma":      {`,"epoch"`, `, "epoch"`},
		"blank inside data":        {`[1,`, `[1, `},
		"blank after a number":     {`[1,`, `[1 ,`},
		"line break at the end":    {`null}}`, "null}}\n"},
		"leading zero":             {`"epoch":0`, `"epoch":00`},
		"exponent":                 {`"seq":1`, `"seq":1e0`},
		"negative":                 {`"epoch":0`, `"epoch":-1`},
		"beyond 53 bits":           {`"seq":1`, `"seq":9007199254740992`},
		"seq zero":                 {`"seq":1`, `"seq":0`},
		"number as text":           {`"seq":1`, `"seq":"1"`},
		"text as number":           {`"kind":"k"`, `"kind":7`},
		"escape in the envelope":   {`"kind":"k"`, `"kind":"\u006b"`},
		"empty text":               {`"actor":"x"`, `"actor":""`},
		"comma in the time":        {`00.000000Z","rec`, `00,000000Z","rec`},
		"another zone":             {`00.000000Z","rec`, `00.000000+00:00","rec`},
		"impossible day":           {`2026-02-01T06:00:00.000000Z","rec`, `2026-02-30T06:00:00.000000Z","rec`},
		"order of members":         {`"site":"a","epoch":0`, `"epoch":0,"site":"a"`},
		"member too many":          {`null}}`, `null},"more":1}`},
		"member missing":           {`"kind":"k",`, ``},
		"data missing":             {`,"data":{"a":[1,{"b":"c d"}],"e":null}`, ``},
		"data is a list":           {`{"a":[1,{"b":"c d"}],"e":null}`, `[]`},
		"name twice":               {`"e":null`, `"a":null`},
		"name twice inside":        {`{"b":"c d"}`, `{"b":1,"b":2}`},
		"name with an escape":      {`"e":null`, `"\u0061":null`},
		"site of another alphabet": {`"site":"a"`, `"site":"ا"`},
		"too deep":                 {`"e":null`, `"e":` + strings.Repeat("[", 70) + strings.Repeat("]", 70)},
		"not UTF-8":                {`c d`, "c\xffd"},
		"not JSON":                 {`null}}`, `null}`},
		"person zero":              {`"actor":"x",`, person(`"person":0,"pseq":2,"prev":"` + hash + `",`)},
		"pseq zero":                {`"actor":"x",`, person(`"person":5,"pseq":0,"prev":"` + hash + `",`)},
		"second without prev":      {`"actor":"x",`, person(`"person":5,"pseq":2,"prev":"` + strings.Repeat("0", 64) + `",`)},
		"first with prev":          {`"actor":"x",`, person(`"person":5,"pseq":1,"prev":"` + hash + `","chain_key":"` + hash + `",`)},
		"first without key":        {`"actor":"x",`, person(`"person":5,"pseq":1,"prev":"` + strings.Repeat("0", 64) + `",`)},
		"key of zeros":             {`"actor":"x",`, person(`"person":5,"pseq":2,"prev":"` + hash + `","chain_key":"` + strings.Repeat("0", 64) + `",`)},
		"year zero":                {`2026-02-01T06:00:00.000000Z","rec`, `0000-02-01T06:00:00.000000Z","rec`},
		"hash in capitals":         {`"actor":"x",`, person(`"person":5,"pseq":2,"prev":"` + strings.ToUpper(hash) + `",`)},
		"hash too short":           {`"actor":"x",`, person(`"person":5,"pseq":2,"prev":"ab",`)},
		"hash not hexadecimal":     {`"actor":"x",`, person(`"person":5,"pseq":2,"prev":"` + strings.Repeat("zz", 32) + `",`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(canonical, change[0], change[1], 1)
			if text == canonical {
				t.Fatal("the case changes nothing")
			}
			if _, err := (&ledger.Entry{Body: []byte(text)}).Header(); !fault.Is(err, "entry.body") {
				t.Errorf("got %v, want entry.body", err)
			}
		})
	}
}

func TestManyNamesAreCompared(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,2}`), 1, 40).Draw(t, "names")
		seen, twice := map[string]bool{}, false
		var b strings.Builder
		for i, name := range names {
			twice, seen[name] = twice || seen[name], true
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + name + `":1`)
		}
		text := strings.Replace(canonical, `"e":null`, `"e":{`+b.String()+`}`, 1)
		_, err := (&ledger.Entry{Body: []byte(text)}).Header()
		if fault.Is(err, "entry.body") != twice {
			t.Fatalf("names %v gave %v", names, err)
		}
	})
}

func TestTooManyFields(t *testing.T) {
	t.Parallel()
	data := map[string]int{}
	for i := range 2000 {
		data[strings.Repeat("x", i+1)] = i
	}
	d := ledger.Draft{Kind: "k", OccurredAt: start, Actor: "x", Data: data}
	_, err := ledger.Seal(ledger.Log{Site: "a"}, 1, d, nil, start, bytes.NewReader(make([]byte, 32)))
	if !fault.Is(err, "entry.body") {
		t.Errorf("got %v, want entry.body", err)
	}
}

func TestLeafRoundTrip(t *testing.T) {
	t.Parallel()
	for _, want := range newBook(t, "hillah").grow(t, 3).leaves(t) {
		got, err := ledger.ParseLeaf(want.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("leaf (-want +got):\n%s", diff)
		}
	}
	for n, b := range [][]byte{nil, {1}, {2, 0}, {1, 255}, make([]byte, 200)} {
		if _, err := ledger.ParseLeaf(b); !fault.Is(err, "leaf.malformed") {
			t.Errorf("case %d: got %v, want leaf.malformed", n, err)
		}
	}
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	want := ledger.Log{Site: "line-2.south", Epoch: 7}
	if got, err := ledger.ParseOrigin(want.Origin()); err != nil || got != want {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	for _, s := range []string{"", "amana/a", "amana//1", "amana/a/01", "amana/a/1/2", "amana/a b/1", "other/a/1", "amana/a/-1"} {
		if _, err := ledger.ParseOrigin(s); !fault.Is(err, "log.origin") {
			t.Errorf("%q gave %v, want log.origin", s, err)
		}
	}
}

func FuzzBody(f *testing.F) {
	for _, e := range newBook(f, "a").grow(f, 3).entries {
		f.Add(e.Body)
	}
	f.Add([]byte(canonical))
	f.Fuzz(func(t *testing.T, text []byte) {
		e := &ledger.Entry{Body: text}
		h, err := e.Header()
		if err != nil {
			if !fault.Is(err, "entry.body") {
				t.Fatalf("another fault: %v", err)
			}
			return
		}
		// Whatever is accepted is what Seal would have written, so no two texts are read as the same entry.
		d := ledger.Draft{Kind: h.Kind, OccurredAt: h.OccurredAt, Actor: h.Actor, Person: h.Person, Data: h.Data}
		var link *ledger.Link
		if h.Person != 0 {
			link = &ledger.Link{Key: [32]byte{1}, PSeq: h.PSeq, Prev: h.Prev, Arrived: h.ChainKey != nil}
			if h.ChainKey != nil {
				link.Key = *h.ChainKey
			}
		}
		again, err := ledger.Seal(ledger.Log{Site: h.Site, Epoch: h.Epoch}, h.Seq, d, link, h.RecordedAt, bytes.NewReader(make([]byte, 32)))
		if err != nil {
			t.Fatalf("%q cannot be sealed again: %v", text, err)
		}
		if !bytes.Equal(again.Body, text) {
			t.Fatalf("%q\nis sealed as\n%q", text, again.Body)
		}
		if _, err := e.ID(); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzLeaf(f *testing.F) {
	for _, l := range newBook(f, "a").grow(f, 3).leaves(f) {
		f.Add(l.Bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := ledger.ParseLeaf(b)
		if err == nil && !bytes.Equal(l.Bytes(), b) {
			t.Fatalf("%x is written as %x", b, l.Bytes())
		}
	})
}
