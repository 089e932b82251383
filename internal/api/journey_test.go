package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"amana/internal/authz"
	"amana/internal/ledger"
	"amana/internal/per"
	"amana/internal/testdb"
)

// TestJourney takes one person through the API from a camp across a line into a cell, and looks at everything on the way.
func TestJourney(t *testing.T) {
	t.Parallel()
	testdb.Each(t, journey)
}

func journey(t *testing.T, db string) {
	w := openOn(t, db)
	people := w.furnish(2)
	who := people[0]
	v1 := func(path string) string { return "/api/v1" + path }
	wave := w.must(authz.Planner, "POST", v1("/waves"), o{"label": "W1", "target": 1})["number"].(string)
	move := w.must(authz.Planner, "POST", v1("/allocations"), o{"wave": wave, "placements": l{o{"person": who, "to": "IQ-N", "cell": "IQ-N/A/01", "bed": 1}}})["moves"].(l)[0].(string)
	convoy := w.must(authz.Planner, "POST", v1("/convoys"), o{
		"wave": wave, "mode": "land", "legs": l{o{"from": "SY-A", "to": "LINE-1"}, o{"from": "LINE-1", "to": "IQ-N"}},
		"vehicles": l{o{"plate": "1234", "seats": 40}}, "escort": o{"custodian": "escort", "commander": "c-1", "guards": 4},
	})
	number, vehicle := convoy["convoy"].(string), convoy["vehicles"].(l)[0].(string)
	at := v1("/convoys/" + number)
	w.must(authz.Planner, "POST", at+"/manifests", o{"seats": l{o{"person": who, "move": move, "vehicle": vehicle, "seat": 1}}})
	dispatch := o{"seals": l{o{"vehicle": vehicle, "seal": "S-1"}}}
	if p := problem(t, w.ask(authz.Operations, "POST", at+"/dispatch", dispatch)); p.Status != http.StatusConflict {
		t.Errorf("a convoy left without escort records: %+v", p)
	}
	w.must(authz.Registrar, "POST", v1("/escort-records"), o{"records": l{o{"person": who, "record": confirmed(t)}}})
	w.must(authz.Operations, "POST", at+"/dispatch", dispatch)

	overseen := w.must(authz.Overseer, "GET", at, nil)
	if overseen["withheld"] != true || overseen["escort"] != nil || len(overseen["legs"].(l)) != 0 || overseen["dispatched_at"] != nil || overseen["target"] != nil {
		t.Errorf("oversight sees the way of a convoy that is on it: %v", overseen)
	}
	if len(overseen["manifest"].(l)) != 1 {
		t.Errorf("oversight does not see who is aboard: %v", overseen)
	}

	arrived := o{"convoy": number, "vehicle": vehicle, "point": "LINE-1", "headcount": 1, "identified": l{who}, "seal": "S-1", "officer": "guards"}
	w.must(authz.Line, "POST", v1("/passages"), arrived)
	arrived["point"], arrived["officer"] = "IQ-N", "prison"
	w.must(authz.Prison, "POST", v1("/receptions"), arrived)
	w.must(authz.Prison, "POST", v1("/screenings"), o{"place": "IQ-N", "screenings": l{o{"person": who, "fit_to_travel": true, "sealed": "asthma"}}})
	w.must(authz.Prison, "POST", v1("/housings"), o{"housings": l{o{"person": who, "cell": "IQ-N/A/01", "bed": 1}}})
	w.must(authz.Prison, "POST", v1("/headcounts"), o{"place": "IQ-N", "counted": 2, "present": l{who, people[1]}})
	w.must(authz.Operations, "POST", at+"/close", nil)

	roll := w.must(authz.Prison, "GET", v1("/places/IQ-N/roll"), nil)
	if roll["held"] != 1.0 || roll["beds"] != 20.0 {
		t.Errorf("roll %v", roll)
	}
	if cell := w.must(authz.Prison, "GET", v1("/places/IQ-N%2FA%2F01"), nil); cell["code"] != "IQ-N/A/01" || cell["held"] != 1.0 {
		t.Errorf("cell %v", cell)
	}
	sheet := w.must(authz.Admin, "GET", v1("/balance"), nil)
	if sheet["registered"] != 2.0 || sheet["in_custody"] != 2.0 || sheet["balanced"] != true || sheet["sound"] != true {
		t.Errorf("balance %v", sheet)
	}
	figure := w.must(authz.Prison, "GET", v1("/balance/people?account=place:IQ-N%2FA%2F01"), nil)
	if items := figure["items"].(l); len(items) != 1 || items[0].(o)["person"] != who {
		t.Errorf("the figure opens into %v", figure)
	}
	lines := w.must(authz.Admin, "GET", v1("/lines"), nil)["items"].(l)
	if len(lines) != 1 || lines[0].(o)["departed"] != 1.0 || lines[0].(o)["passed"] != 1.0 {
		t.Errorf("lines %v", lines)
	}
	open := w.must(authz.Operations, "GET", v1("/differences?open=true&place=IQ-N"), nil)["items"].(l)
	if len(open) == 0 {
		t.Fatal("the count that shows somebody elsewhere raised no difference")
	}
	difference := strconv.FormatFloat(open[0].(o)["difference"].(float64), 'f', -1, 64)
	w.must(authz.Operations, "POST", v1("/differences/"+difference+"/decision"), o{"resolution": "counted again"})
	if p := problem(t, w.ask(authz.Operations, "POST", v1("/differences/"+difference+"/decision"), o{"resolution": "again"})); p.Code != "difference.closed" {
		t.Errorf("%+v", p)
	}

	file := w.ask(authz.Overseer, "GET", v1("/people/"+who), nil, "Purpose: inspection")
	for _, want := range []string{`"purpose":"inspection"`, `"account":"place:IQ-N/A/01"`, `"kind":"handover"`, `"withheld":["sealed"]`, "محمد"} {
		if !strings.Contains(file.Body.String(), want) {
			t.Errorf("the file lacks %s: %s", want, file.Body)
		}
	}
	if strings.Contains(file.Body.String(), "asthma") {
		t.Error("the file tells a medical finding")
	}
	if got := file.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("a file may be stored: %q", got)
	}
	entries := w.ask(authz.Overseer, "GET", v1("/entries?after=5&limit=500"), nil)
	if strings.Contains(entries.Body.String(), "asthma") || strings.Contains(entries.Body.String(), `"guards"`) {
		t.Error("the log tells oversight a medical finding or the strength of a guard")
	}
	if got := w.must(authz.Overseer, "GET", at, nil); got["withheld"] != nil || got["escort"] == nil {
		t.Errorf("oversight does not see a convoy that has ended: %v", got)
	}
}

// confirmed fills an escort record with the harmless answer to each question.
func confirmed(t *testing.T) per.Record {
	t.Helper()
	at := time.Now().Add(-time.Hour)
	d, err := per.Edit(per.New(), false)
	if err != nil {
		t.Fatal(err)
	}
	for q := range d.Missing() {
		value := per.Value{"none"}
		switch {
		case q.Type == per.YesNo && q.Offers("no"):
			value = per.Value{"no"}
			if q.Key == "health.fit_to_travel" {
				value = per.Value{"yes"}
			}
		case q.Type == per.Date:
			value = per.Value{"2026-03-01"}
		case len(q.Options) > 0:
			value = per.Value{q.Options[len(q.Options)-1].Key}
		}
		if err := d.Answer(q.Key, value, "clinician", at); err != nil {
			t.Fatal(q.Key, err)
		}
	}
	if err := errors.Join(d.Complete("clinician", at), d.Confirm("escort", at)); err != nil {
		t.Fatal(err)
	}
	return d.Record()
}

func TestProofsTilesAndCheckpointAreCheckedWithoutTheRegister(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.furnish(300) // more than one tile
	head, err := w.store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	note := w.ask("", "GET", "/api/v1/log/checkpoint", nil)
	c, err := ledger.ParseCheckpoint(note.Body.Bytes(), head.VKey)
	if err != nil || c.Size != head.Size {
		t.Fatalf("%v at %d: %s", err, c.Size, note.Body)
	}
	// The root follows from the tiles as anybody can fetch them.
	root, err := tlog.TreeHash(c.Size, ledger.TileReader(func(level int, index int64) ([]byte, error) {
		tile := tlog.Tile{H: 8, L: level, N: index, W: int(min(256, c.Size>>(8*level)-index<<8))}
		path := strings.TrimPrefix(tile.Path(), "tile/8/")
		rec := w.ask("", "GET", "/api/v1/log/tile/"+path, nil)
		if rec.Code != http.StatusOK || !strings.Contains(rec.Header().Get("Cache-Control"), "immutable") || rec.Body.Len() != tile.W*32 {
			t.Fatalf("%s: %d %s, %d bytes", path, rec.Code, rec.Header().Get("Cache-Control"), rec.Body.Len())
		}
		return rec.Body.Bytes(), nil
	}))
	if err != nil || root != c.Root {
		t.Errorf("root %v from tiles, %v from the checkpoint (%v)", root, c.Root, err)
	}
	text := w.ask(authz.Overseer, "GET", "/api/v1/entries/7/proof?open=kind,occurred_at", nil)
	if ct := text.Header().Get("Content-Type"); !strings.HasPrefix(ct, "text/plain") {
		t.Errorf("content type %q", ct)
	}
	p, err := ledger.ParseProof(text.Body.Bytes())
	if err != nil {
		t.Fatalf("%v: %s", err, text.Body)
	}
	if err := p.Verify(head.VKey); err != nil || p.Leaf.Seq != 7 || len(p.Opening.Fields) != 2 {
		t.Errorf("%v: %+v", err, p)
	}
	if rec := w.ask(authz.Overseer, "GET", "/api/v1/entries/7/proof?open=person", nil); rec.Code != 422 {
		t.Errorf("a proof opens who it is about: %d", rec.Code)
	}
}

func TestImports(t *testing.T) {
	t.Parallel()
	testdb.Each(t, imports)
}

func imports(t *testing.T, db string) {
	w := openOn(t, db)
	w.furnish(1)
	const csv = "No,Name,Nationality,Date of birth\n1,Ahmad Ali Hasan,Iraq,1990\n2,Omar Salim,Turkestan,1985-03-01\n"
	path := "/api/v1/imports?place=SY-A&as_of=2026-03-01&ground=transfer_order&authority=court&until=2027"
	first := w.must(authz.Registrar, "POST", path+"&filename="+url.QueryEscape("../list 1.csv"), csv, "Content-Type: application/octet-stream")
	if first["registered"] != 2.0 || first["file"] != "list 1.csv" || first["unchanged"] != false {
		t.Fatalf("%v", first)
	}
	rules := first["report"].(o)["rules"].(o)
	if rules["nationality.unresolved"] != 1.0 {
		t.Errorf("rules %v", rules)
	}
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	_ = m.WriteField("note", "x")
	part, err := m.CreateFormFile("file", "list.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(csv))
	_ = m.Close()
	second := w.must(authz.Operations, "POST", path, form.Bytes(), "Content-Type: "+m.FormDataContentType())
	if second["unchanged"] != true || second["registered"] != 0.0 {
		t.Errorf("%v", second)
	}
	for name, c := range map[string]struct {
		query, mediaType, body, code string
		status                       int
	}{
		"no name":     {"", "text/csv", csv, "field.required", 422},
		"no file":     {"", "multipart/form-data; boundary=x", "--x\r\n\r\na\r\n--x--\r\n", "field.required", 422},
		"cut off":     {"", "multipart/form-data; boundary=x", "--x\r\nContent-Disp", "body.malformed", 400},
		"no boundary": {"", "multipart/form-data", csv, "body.malformed", 400},
		"empty":       {"&filename=a.csv", "text/csv", "", "file.empty", 422},
		"mapping":     {"&filename=a.csv&mapping=x", "text/csv", csv, "mapping.malformed", 422},
		"too large":   {"&filename=a.csv", "text/csv", strings.Repeat(strings.Repeat("a", 1<<15)+"\n", 1<<11), "body.too_large", 413},
	} {
		t.Run(name, func(t *testing.T) {
			rec := w.ask(authz.Registrar, "POST", path+c.query, c.body, "Content-Type: "+c.mediaType)
			if p := problem(t, rec); rec.Code != c.status || p.Code != c.code {
				t.Errorf("%d %s", rec.Code, rec.Body)
			}
		})
	}
}

// pages reads a list to its end and returns one member of each item.
func (w *world) pages(path, member string, between func()) []string {
	w.t.Helper()
	var got []string
	for path != "" {
		rec := w.ask(authz.Registrar, "GET", path, nil)
		var page struct {
			Items []o    `json:"items"`
			Next  string `json:"next_cursor"`
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &page); err != nil || rec.Code != http.StatusOK {
			w.t.Fatalf("%d %v %s", rec.Code, err, rec.Body)
		}
		for _, item := range page.Items {
			got = append(got, item[member].(string))
		}
		link := rec.Header().Get("Link")
		if (page.Next == "") != (link == "") {
			w.t.Fatalf("cursor %q and link %q", page.Next, link)
		}
		path, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
		between()
	}
	return got
}

func TestLists(t *testing.T) {
	t.Parallel()
	testdb.Each(t, lists)
}

func lists(t *testing.T, db string) {
	w := openOn(t, db)
	people := w.furnish(25)
	for name, c := range map[string]struct {
		path string
		want []string
	}{
		"all in one":   {"/people", people},
		"by fours":     {"/people?limit=4&place=SY-A", people},
		"exact pages":  {"/people?limit=5&class=in_custody", people},
		"figure":       {"/balance/people?limit=7&account=place:SY-A", people},
		"empty figure": {"/balance/people?account=exit:died", nil},
		"before it":    {"/balance/people?account=place:SY-A&at=2020-01-01T00:00:00Z", nil},
		"by name":      {"/people?limit=2&text=" + url.QueryEscape("علي 13"), people[13:14]},
		"by number":    {"/people?text=" + people[3], people[3:4]},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, w.pages("/api/v1"+c.path, "person", func() {})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestListsWhileOthersWrite: what was there at the beginning is on exactly one page. A figure does not grow while it is read.
func TestListsWhileOthersWrite(t *testing.T) {
	t.Parallel()
	w := open(t)
	people := w.furnish(20)
	got := w.pages("/api/v1/balance/people?limit=3&account=place:SY-A", "person", func() { w.register(2) })
	if diff := cmp.Diff(people, got); diff != "" {
		t.Error(diff)
	}
	writes := 0
	got = w.pages("/api/v1/people?limit=3", "person", func() {
		if writes++; writes < 10 {
			w.register(2)
		}
	})
	all := w.pages("/api/v1/people?limit=500", "person", func() {})
	if diff := cmp.Diff(all, got); diff != "" || len(slices.Compact(got)) != len(got) {
		t.Error(diff)
	}
}
