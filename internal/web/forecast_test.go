package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"amana/internal/authz"
	"amana/internal/outlook"
	"amana/internal/testdb"
	"amana/internal/text"
)

const shortForecast = "/forecast?scenario=base&weeks=2&replications=5"

func TestForecast(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	doc := b.page(t, authz.Planner, shortForecast, "lang", "en")
	if got := doc.Find("#prisons ~ .fans svg.fan").Length(); got != 3 {
		t.Errorf("%d prisons are drawn, want 3", got)
	}
	doc.Find("#prisons ~ .fans > li").Each(func(_ int, s *goquery.Selection) {
		// What is drawn is said as well: in the description, and week by week in the table.
		if s.Find("svg > desc").Text() == "" || s.Find("tbody tr").Length() != 2 || s.Find(".limit").Length() != 1 {
			t.Errorf("a prison without description, capacity or its two weeks: %q", s.Text())
		}
		s.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
			low, mid, high := amount(t, row.Find("td").Eq(0).Text()), amount(t, row.Find("td").Eq(1).Text()), amount(t, row.Find("td").Eq(2).Text())
			if low > mid || mid > high || high == 0 {
				t.Errorf("P10 %d, P50 %d, P90 %d", low, mid, high)
			}
		})
	})
	if got := doc.Find(".loads .badge").Length(); got != 1 {
		t.Errorf("%d lines bind, want 1", got)
	}
	if got := doc.Find(".what-if tbody tr").Length(); got != len(outlook.Names())-1 { // this register has no past
		t.Errorf("%d scenarios side by side", got)
	}
	if got := doc.Find(".what-if tr.shown").Length(); got != 1 {
		t.Errorf("%d of them are shown above", got)
	}
	for _, want := range []string{"Forecast of counts", "5 replications", "seed 1", "2 weeks"} {
		if !strings.Contains(doc.Find(".told").Text(), want) {
			t.Errorf("%q is not said of the figures: %q", want, doc.Find(".told").Text())
		}
	}
	arabic := b.page(t, authz.Operations, "/forecast?scenario=central-prison&weeks=٢&replications=٣", "lang", "ar")
	if got := arabic.Find("#prisons ~ .fans svg.fan").Length(); got != 1 || !strings.Contains(arabic.Find(".fans").Text(), "٬") {
		t.Errorf("%d prisons in place of three", got)
	}
	for path, want := range map[string]int{
		"/forecast?weeks=0": http.StatusBadRequest, "/forecast?weeks=x": http.StatusBadRequest, "/forecast?weeks=99999999999999999999": http.StatusBadRequest,
		"/forecast?replications=201": http.StatusBadRequest, "/forecast?scenario=" + `"><script>`: http.StatusBadRequest, "/forecast?seed=-1": http.StatusBadRequest,
		"/forecast?scenario=base&weeks=52&replications=200": http.StatusRequestEntityTooLarge,
	} {
		if got := b.get(t, authz.Planner, path).Code; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// Every word of a forecast is in the reader's language, whichever scenario is asked for.
func TestForecastInEveryLanguage(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	for _, lang := range text.Langs {
		for _, scenario := range outlook.Names()[1:] {
			doc := b.page(t, authz.Overseer, "/forecast?weeks=1&replications=1&scenario="+scenario, "lang", string(lang))
			if s := doc.Text(); strings.Contains(s, "forecast.") || strings.Contains(s, "scenario.") || strings.Contains(s, "<no value>") {
				t.Errorf("%s in %s: a key or a gap is shown", scenario, lang)
			}
			if name := doc.Find("select option[selected]").Text(); name == "" || name == scenario {
				t.Errorf("the scenario %s is called %q in %s", scenario, name, lang)
			}
		}
	}
}
