package api_test

import (
	"bytes"
	"fmt"
	"math"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"amana/internal/authz"
	"amana/internal/testdb"
)

// arrive registers one man at the source under a name, and gives the whole answer.
func (w *world) arrive(name, script, born string) map[string]any {
	w.t.Helper()
	return w.must(authz.Registrar, "POST", "/api/v1/people", o{"people": l{o{
		"place": "SY-A", "details": o{"names": l{o{"raw": name, "script": script}}, "sex": 1, "birth": o{"date": born}, "claims": l{o{"country": "TUN", "label": "تونسي", "status": "claimed"}}},
		"grounds": o{"ground": "transfer_order", "authority": "court", "until": "2030-01"},
	}}})
}

// sums checks that an explanation's evidence adds up to its bits.
func sums(t *testing.T, explained map[string]any) {
	t.Helper()
	sum := 0.0
	for _, e := range explained["evidence"].(l) {
		sum += e.(o)["bits"].(float64)
	}
	if math.Abs(sum-explained["bits"].(float64)) > 1e-9 || len(explained["evidence"].(l)) == 0 {
		t.Errorf("the evidence adds up to %v, not %v: %v", sum, explained["bits"], explained["evidence"])
	}
}

// TestOnePersonTwoSpellings goes the whole way: found at the registration, searched for, compared, decided, undone, merged.
func TestOnePersonTwoSpellings(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db string) {
		w := openOn(t, db)
		w.furnish(20)
		first := w.arrive("شكري منصف الورتاني", "Arab", "1988-04-17")
		a := first["people"].(l)[0].(string)
		second := w.arrive("Chokri Moncef Ouertani", "Latn", "1988-04-17")
		b := second["people"].(l)[0].(string)
		found := second["candidates"].(l)[0].(l)[0].(o)
		if found["person"].(o)["person"] != a {
			t.Fatalf("the second desk does not see the first: %v", second)
		}
		sums(t, found)

		out := w.must(authz.Prison, "POST", "/api/v1/identity/searches", o{"details": o{"names": l{o{"raw": "Shukri al-Wartani"}}, "birth": o{"date": "1988"}}})
		people := out["people"].(l)
		if len(people) < 2 || people[0].(o)["person"].(o)["person"] != a && people[0].(o)["person"].(o)["person"] != b {
			t.Errorf("a search finds %v", people)
		}
		for _, p := range people {
			sums(t, p.(o))
		}
		if out["leads"] != nil {
			t.Error("who may not read leads is shown some")
		}

		pairs := func() l { return w.must(authz.Overseer, "GET", "/api/v1/identity/pairs", nil)["items"].(l) }
		if got := pairs(); len(got) != 1 || got[0].(o)["a"].(o)["person"] != a || got[0].(o)["b"].(o)["person"] != b || got[0].(o)["stage"] != "in_custody" {
			t.Fatalf("the work list is %v", got)
		}
		compared := w.must(authz.Operations, "GET", "/api/v1/identity/pairs/"+a+"/"+b+"?purpose=check", nil)
		sums(t, compared)
		if compared["refusal"] != nil || compared["same_person"] != false {
			t.Errorf("compared: %v", compared)
		}

		w.must(authz.Registrar, "POST", "/api/v1/identity/decisions", o{"a": a, "b": b, "verdict": "different", "reason": "seen side by side"})
		if got := pairs(); len(got) != 0 {
			t.Errorf("what was decided is still on the work list: %v", got)
		}
		compared = w.must(authz.Operations, "GET", "/api/v1/identity/pairs/"+a+"/"+b+"?purpose=check", nil)
		if compared["refusal"] != "person.excluded" || compared["refs"].(o)["a"] != a || compared["decisions"].(l)[0].(o)["verdict"] != "different" {
			t.Errorf("compared after the decision: %v", compared["refusal"])
		}
		merge := "/api/v1/people/" + b + "/merges"
		if rec := w.ask(authz.Registrar, "POST", merge, o{"into": a, "reason": "x"}); rec.Code != http.StatusConflict || problem(t, rec).Code != "person.excluded" {
			t.Errorf("merging two who are different people: %d %s", rec.Code, rec.Body)
		}
		w.must(authz.Registrar, "POST", "/api/v1/identity/decisions", o{"a": b, "b": a, "verdict": "undone", "reason": "a mistake"})
		w.must(authz.Registrar, "POST", merge, o{"into": a, "reason": "same document seen"})

		x := w.must(authz.Registrar, "GET", "/api/v1/people/"+b+"/identities?purpose=check", nil)
		if records := x["records"].(l); len(records) != 2 || records[0].(o)["person"].(o)["person"] != a || len(x["decisions"].(l)) != 3 {
			t.Errorf("identities: %v", x)
		}
		w.must(authz.Registrar, "POST", "/api/v1/people/"+b+"/unmerges", o{"into": a, "reason": "two people after all"})
		if got := pairs(); len(got) != 0 {
			t.Errorf("whom an unmerge parted is proposed again: %v", got)
		}

		searches := w.must(authz.Overseer, "GET", "/api/v1/identity/searches", nil)["items"].(l)
		if len(searches) != 2 || searches[0].(o)["actor"] != "prison" || !strings.Contains(searches[0].(o)["query"].(string), "Wartani") {
			t.Errorf("searches on record: %v", searches)
		}
		w.must(authz.Registrar, "POST", "/api/v1/identity/rematches", nil)
	})
}

const passport = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"

// TestSearchInput asks with little, with nothing and with what cannot be read.
func TestSearchInput(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.furnish(3)
	for name, c := range map[string]struct {
		body   any
		status int
		field  string
	}{
		"nothing":                {o{}, 422, "details"},
		"only a sex":             {o{"details": o{"sex": 1}}, 422, "details"},
		"an empty name":          {o{"details": o{"names": l{o{"raw": ""}}}}, 422, "details.names.raw"},
		"only marks":             {o{"details": o{"names": l{o{"raw": "\u202e\u0651 ـ !"}}}}, 422, "details"},
		"one letter":             {o{"details": o{"names": l{o{"raw": "م"}}}}, 200, ""},
		"emoji":                  {o{"details": o{"names": l{o{"raw": "👨‍👩‍👧 محمد"}}}}, 200, ""},
		"bidi marks":             {o{"details": o{"names": l{o{"raw": "\u202eمحمد\u202c \u2067علي\u2069"}}}}, 200, ""},
		"mixed scripts":          {o{"details": o{"names": l{o{"raw": "Мухаммад mohamed محمد Müḥämmäd"}}}}, 200, ""},
		"ten kilobytes":          {o{"details": o{"names": l{o{"raw": strings.Repeat("محمد ", 2000)}}}}, 422, "details.names.raw"},
		"a date of no year":      {o{"details": o{"birth": o{"date": "1990-02-31"}}}, 422, "details.birth.date"},
		"a year":                 {o{"details": o{"birth": o{"date": "1990"}}}, 200, ""},
		"a zone":                 {o{"mrz": passport}, 200, ""},
		"no zone":                {o{"mrz": "nobody"}, 422, "mrz"},
		"fifty":                  {o{"limit": 50, "details": o{"names": l{o{"raw": "محمد"}}}}, 200, ""},
		"too many":               {o{"limit": 51, "details": o{"names": l{o{"raw": "محمد"}}}}, 422, "limit"},
		"like nobody":            {o{"like": "123"}, 422, "like"},
		"bytes that are no text": {[]byte("{\"details\":{\"names\":[{\"raw\":\"\xff\xfe \xd9\"}]}}"), 422, "details"},
	} {
		t.Run(name, func(t *testing.T) {
			rec := w.ask(authz.Registrar, "POST", "/api/v1/identity/searches", c.body)
			if rec.Code != c.status {
				t.Fatalf("%d %s", rec.Code, rec.Body)
			}
			if c.status == 200 {
				return
			}
			if p := problem(t, rec); len(p.Errors) == 0 || p.Errors[0].Name != c.field || p.Errors[0].Rule == "" {
				t.Errorf("it does not name %s: %s", c.field, rec.Body)
			}
		})
	}
	zone := w.must(authz.Registrar, "POST", "/api/v1/identity/searches", o{"mrz": strings.Replace(passport, "7408122", "7408123", 1)})["zone"].(o)
	if wrong := fmt.Sprint(zone["wrong"]); !strings.Contains(wrong, "birth") {
		t.Errorf("a wrong check digit is not told: %v", zone)
	}
}

// FuzzSearch types anything into a search: there is an answer or a refusal that names a field, and it never takes long.
func FuzzSearch(f *testing.F) {
	w := open(f)
	w.furnish(50)
	for _, name := range []string{"", "م", "a", "👨‍👩‍👧", strings.Repeat("محمد بن ", 1200), "Мухаммад mohamed محمد", "\u202eمحمد\u202c", "\xff\xfe\xd9", "раураl", "\u0000", "12345678901234567890", "-_%'\"\\;"} {
		f.Add(name, "", "1990-01-01", "A1234567")
		f.Add("محمد علي", name, name, name)
	}
	f.Add("", passport, "", "")
	f.Fuzz(func(t *testing.T, name, mrz, born, document string) {
		w.t = t
		body := o{"mrz": mrz, "details": o{"names": l{o{"raw": name}, o{"raw": name, "kind": "kunya"}, o{"raw": born, "kind": "mother"}}, "birth": o{"date": born}, "documents": l{o{"number": document}}}}
		began := time.Now()
		rec := w.ask(authz.Registrar, "POST", "/api/v1/identity/searches", body)
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("it took %v", took)
		}
		switch {
		case rec.Code == http.StatusOK:
			if !utf8.Valid(rec.Body.Bytes()) {
				t.Error("the answer is no text")
			}
		case rec.Code >= 500 || rec.Code < 400:
			t.Errorf("%d %s", rec.Code, rec.Body)
		default:
			p := problem(t, rec)
			if p.Code != "text.malformed" && (len(p.Errors) == 0 || p.Errors[0].Name == "") {
				t.Errorf("a refusal that names no field: %s", rec.Body)
			}
		}
	})
}

const consolidated = `<?xml version="1.0"?><CONSOLIDATED_LIST dateGenerated="2026-01-02T00:00:00Z"><INDIVIDUALS>
<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>CHOKRI</FIRST_NAME><SECOND_NAME>MONCEF</SECOND_NAME><THIRD_NAME>OUERTANI</THIRD_NAME><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER>
<NATIONALITY><VALUE>Tunisia</VALUE></NATIONALITY><INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1988-04-17</DATE></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>
</INDIVIDUALS><ENTITIES><ENTITY><DATAID>2</DATAID><FIRST_NAME>SOME COMPANY</FIRST_NAME></ENTITY></ENTITIES></CONSOLIDATED_LIST>`

func TestWatchlists(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.furnish(5)
	person := w.arrive("شكري منصف الورتاني", "Arab", "1988-04-17")["people"].(l)[0].(string)
	loaded := w.must(authz.Operations, "POST", "/api/v1/watchlists", consolidated, "Content-Type: application/xml")
	if loaded["entries"] != 1.0 || loaded["left_out"] != 1.0 || loaded["leads"] != 1.0 || loaded["unchanged"] != false {
		t.Fatalf("loaded %v", loaded)
	}
	if again := w.must(authz.Operations, "POST", "/api/v1/watchlists", consolidated, "Content-Type: application/xml"); again["unchanged"] != true {
		t.Errorf("the same list again: %v", again)
	}
	leads := func(query string) l {
		return w.must(authz.Overseer, "GET", "/api/v1/watchlists/leads"+query, nil)["items"].(l)
	}
	lead := leads("")[0].(o)
	if lead["ref"] != "XXi.001" || lead["record"] != person || lead["person"].(o)["person"] != person {
		t.Fatalf("the lead is %v", lead)
	}
	sums(t, lead)
	w.must(authz.Registrar, "POST", "/api/v1/watchlists/leads/decisions", o{"list": lead["list"], "ref": "XXi.001", "person": person, "verdict": "different", "reason": "another mother"})
	if got := leads(""); len(got) != 0 {
		t.Errorf("what was decided waits: %v", got)
	}
	if got := leads("?decided=true"); len(got) != 1 || got[0].(o)["decided"].(o)["verdict"] != "different" {
		t.Errorf("decided: %v", got)
	}

	// What is searched for, or registered, shows entries to those who may read them.
	found := w.must(authz.Registrar, "POST", "/api/v1/identity/searches", o{"details": o{"names": l{o{"raw": "Shukri Munsif al-Wartani"}}, "birth": o{"date": "1988-04-17"}}})
	if got := found["leads"].(l); len(got) != 1 || got[0].(o)["person"] != nil {
		t.Errorf("leads of a search: %v", got)
	}
	if got := w.arrive("Chokri Moncef Ouertani", "Latn", "1988-04-17")["leads"].(l); len(got) != 1 {
		t.Errorf("leads of a registration: %v", got)
	}

	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	_ = m.WriteField("mapping", `{"name":"Other","format":"csv","separator":";","columns":["id","name","born"],"fields":{"ref":"id","names":["name"],"birth":"born"}}`)
	part, err := m.CreateFormFile("file", "other.csv")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, "7;Somebody Else;1970\n")
	_ = m.Close()
	if out := w.must(authz.Operations, "POST", "/api/v1/watchlists", form.Bytes(), "Content-Type: "+m.FormDataContentType()); out["name"] != "Other" || out["entries"] != 1.0 {
		t.Errorf("a list with a mapping: %v", out)
	}
	if lists := w.must(authz.Registrar, "GET", "/api/v1/watchlists", nil)["items"].(l); len(lists) != 2 {
		t.Errorf("lists: %v", lists)
	}
	for _, body := range []string{"", "nothing", "<html/>", "<CONSOLIDATED_LIST><INDIVIDUALS>"} {
		if rec := w.ask(authz.Operations, "POST", "/api/v1/watchlists", body, "Content-Type: application/xml"); rec.Code != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d %s", body, rec.Code, rec.Body)
		}
	}
}
