package watchlist_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"amana/internal/watchlist"
)

// whole checks what must hold of every list.
func whole(t *testing.T, l *watchlist.List, err error) {
	t.Helper()
	if (l == nil) == (err == nil) {
		t.Fatalf("a list or an error: %v, %v", l, err)
	}
	if err != nil {
		return
	}
	for _, e := range l.Entries {
		names := e.Details.Names
		for _, i := range e.Weak {
			if i >= len(names) || names[i].Kind != "alias" {
				t.Fatalf("weak is %d of %v", i, names)
			}
		}
		for _, n := range names {
			if n.Raw == "" || !utf8.ValidString(n.Raw) {
				t.Fatalf("a name is %q", n.Raw)
			}
		}
		for _, d := range births(e) {
			if !d.Valid() || !d.Known() {
				t.Fatalf("a birth is %#v", d)
			}
		}
		if e.Row < 1 || len(names) == 0 || len(e.Details.OtherBirths) > 0 && !e.Details.Birth.Date.Known() {
			t.Fatalf("%+v", e)
		}
	}
}

func FuzzReadUN(f *testing.F) {
	f.Add(un(full))
	f.Add(un("<INDIVIDUAL/>", "<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>ALI</FIRST_NAME></INDIVIDUAL>"))
	f.Add(`<?xml version="1.0" encoding="windows-1256"?><CONSOLIDATED_LIST/>`)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := watchlist.ReadUN(strings.NewReader(text), country)
		whole(t, l, err)
	})
}

func FuzzReadMapping(f *testing.F) {
	f.Add(csvMapping, csvHead+`7;Omar;Al Invented;عمر;"Omar ""the tall"" Ali|Umar";Abu Ali;03/04/1980;M;Iraq;A 1;Passport;Tunisia;1 May 2019;freeze;"two`+"\n"+`lines";Individual`)
	f.Add(csvMapping, csvHead+"7;\"Omar\n8;Ali;12\";\xff;;;;;;;;;;;;individual\n")
	f.Add(xmlMapping, `<list><made on="2"/><people><person id="7"><type>individual</type><name><given>Omar</given></name><births><birth date="1 or 1990 to 2000"/></births></person></people></list>`)
	f.Fuzz(func(t *testing.T, mapping, text string) {
		m, err := watchlist.ReadMapping(strings.NewReader(mapping))
		if err != nil {
			return
		}
		l, err := m.Read(strings.NewReader(text), country)
		whole(t, l, err)
	})
}
