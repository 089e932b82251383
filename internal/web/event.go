package web

import (
	"slices"
	"strconv"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/store"
	"amana/internal/transfer"
)

// Event is one entry as a timeline tells it.
type Event struct {
	Seq      int64
	Href     string // of the entry, empty for those who may not read the log
	At       time.Time
	Recorded time.Time // when it is worth saying: more than a minute after it happened
	Late     bool
	Day      string // heading, on the first entry of a day
	Title    string
	Facts    []Fact
	Actor    string
	Class    string // colour and mark: move, alarm, decision, note
	Signed   bool   // by giver and receiver, or by both parties at a line
}

// timeline tells a person's entries in the order of the world. What a convoy under way would give away is left out for an
// overseer, with a word that something is (norms G14); the entry itself stays on record.
func (v *visit) timeline(f Frame, records []custody.Record, about id.Person) []Event {
	events := make([]Event, 0, len(records))
	day, underway := "", v.underway(records)
	for _, r := range records {
		e := v.event(f, r, about)
		if underway && way(r.Event) {
			e = v.veil(e)
		}
		if d := v.Date(r.OccurredAt); d != day && !e.At.IsZero() {
			day, e.Day = d, d
		}
		events = append(events, e)
	}
	return events
}

func (v *visit) event(f Frame, r custody.Record, about id.Person) Event {
	e := Event{Seq: r.Seq, At: r.OccurredAt, Actor: r.Actor, Late: custody.Late(r.OccurredAt, r.RecordedAt)}
	if r.RecordedAt.Sub(r.OccurredAt) > time.Minute {
		e.Recorded = r.RecordedAt
	}
	if f.May(authz.ReadLog) {
		e.Href = "/entries/" + number(r.Seq)
	}
	if v.veiled[convoyOfEvent(r.Event)] {
		return v.veil(e)
	}
	e.Title, e.Class = v.Kind(r.Event.Kind()), "note"
	v.describe(f, &e, r, about)
	return e
}

// underway reports whether entries tell of a convoy whose way the reader must not see yet.
func (v *visit) underway(records []custody.Record) bool {
	return slices.ContainsFunc(records, func(r custody.Record) bool { return v.veiled[convoyOfEvent(r.Event)] })
}

// way reports whether an event tells where the convoy of its person goes without naming the convoy.
func way(e custody.Event) bool {
	switch e.(type) {
	case *custody.MoveSet, *custody.BedSet:
		return true
	}
	return false
}

// veil leaves of an event only that it is there.
func (v *visit) veil(e Event) Event {
	return Event{Seq: e.Seq, Href: e.Href, Title: v.T("event.veiled"), Class: "note"}
}

// convoyOfEvent tells which convoy an event is about, 0 when it is about none.
func convoyOfEvent(e custody.Event) id.Convoy {
	switch e := e.(type) {
	case *custody.Movement:
		return e.Convoy
	case *custody.Handover:
		return e.Convoy
	case *custody.Incident:
		return e.Convoy
	case *custody.Observation:
		return e.Convoy
	case *transfer.Passage:
		return e.Convoy
	case *transfer.ManifestIssued:
		return e.Convoy
	case *transfer.Dispatched:
		return e.Convoy
	case *transfer.Redirected:
		return e.Convoy
	case *transfer.VehicleAdded:
		return e.Convoy
	case *transfer.ConvoyFormed:
		return e.Convoy
	}
	return 0
}

// describe says what an entry says. Medical answers and what is sealed are never among it (norms G9).
func (v *visit) describe(f Frame, e *Event, r custody.Record, about id.Person) {
	add := func(name, value string) {
		if value != "" {
			e.Facts = append(e.Facts, Fact{Name: name, Value: value})
		}
	}
	said := func(name, value string) {
		if value != "" {
			e.Facts = append(e.Facts, Fact{Name: name, Value: value, Said: true})
		}
	}
	link := func(name, value, href string) {
		e.Facts = append(e.Facts, Fact{Name: name, Value: value, Href: href, Code: true})
	}
	path := func(from, to custody.Account) {
		if from == "" || from == custody.Outside {
			add(v.T("fact.where"), f.Account(to))
		} else {
			add(v.T("fact.way"), v.T("from_to", "From", f.Account(from), "To", f.Account(to)))
		}
	}
	convoy := func(n id.Convoy) {
		if n != 0 {
			link(v.T("fact.convoy"), id.Format(n), "/convoys/"+number(n))
		}
	}
	switch x := r.Event.(type) {
	case *custody.PersonRegistered:
		e.Class = "move"
		add(v.T("fact.where"), f.Account(x.Account))
		add(v.T("fact.source"), v.source(x.Source))
		if x.Unexpected {
			add(v.T("fact.note"), v.T("event.unexpected"))
		}
	case *custody.PersonListed:
		add(v.T("fact.source"), v.source(x.Source))
	case *custody.PersonAmended:
		said(v.T("fact.reason"), x.Reason)
	case *custody.PersonMerged:
		e.Class = "decision"
		link(v.T("fact.into"), id.Format(x.Into), "/people/"+number(x.Into))
		said(v.T("fact.reason"), x.Reason)
	case *custody.PersonUnmerged:
		e.Class = "decision"
		link(v.T("fact.out_of"), id.Format(x.From), "/people/"+number(x.From))
		said(v.T("fact.reason"), x.Reason)
	case *custody.IdentityDecided:
		e.Title, e.Class = v.Verdict(x.Verdict), "decision"
		for _, p := range []id.Person{x.A, x.B} {
			link(v.T("entry.person"), id.Format(p), "/people/"+number(p))
		}
		link(v.T("evidence.weight"), v.Weight(float64(x.Tenths)/10), pairHref(x.A, x.B))
		said(v.T("fact.reason"), x.Reason)
	case *custody.WatchlistLoaded:
		said(v.T("watchlists.list"), x.Name)
		link(v.T("fact.version"), x.Version, "/watchlists")
		add(v.T("watchlists.entries"), v.N(x.Entries))
	case *custody.LeadDecided:
		e.Class = "decision"
		said(v.T("watchlists.list"), x.List)
		link(v.T("fact.entry"), x.Ref, "")
		link(v.T("entry.person"), id.Format(x.Person), "/people/"+number(x.Person))
		add(v.T("fact.state"), v.Verdict(x.Verdict))
		said(v.T("fact.reason"), x.Reason)
	case *custody.FileImported:
		said(v.T("fact.source"), x.File)
		if f.May(authz.SearchPeople) {
			e.Facts = append(e.Facts, Fact{Name: v.T("pairs.why"), Value: v.T("pairs.title"), Href: "/identity/pairs"})
		}
	case *custody.BookingOpened:
		e.Class = "decision"
		ground := v.T("person.no_ground")
		if x.Grounds.Ground != "" {
			ground = v.Ground(x.Grounds.Ground)
		}
		add(v.T("person.ground"), ground)
		said(v.T("person.authority"), x.Grounds.Authority)
		if x.Grounds.Until.Known() {
			add(v.T("person.until"), v.Civil(x.Grounds.Until))
		}
	case *custody.MoveSet:
		add(v.T("fact.way"), v.T("from_to", "From", f.Place(x.From), "To", f.Place(x.To)))
		add(v.T("fact.state"), v.Move(x.State))
		said(v.T("fact.reason"), x.Reason)
	case *custody.BedSet:
		add(v.T("fact.where"), f.Place(x.Cell)+" · "+v.N(x.Bed))
		add(v.T("fact.state"), v.Bed(x.State))
		said(v.T("fact.reason"), x.Reason)
	case *custody.Movement:
		e.Title, e.Class = v.Movement(x.Type), "move"
		if x.Type == custody.TypeDeath || x.Type == custody.TypeEscape {
			e.Class = "alarm"
		}
		path(x.From, x.To)
		if x.Bed > 0 {
			add(v.T("person.bed"), v.N(x.Bed))
		}
		convoy(x.Convoy)
		said(v.T("fact.reason"), x.Reason)
	case *custody.Handover:
		e.Title, e.Class, e.Signed = v.Movement(x.Type), "move", true
		path(x.From, x.To)
		add(v.T("fact.handover"), v.T("from_to", "From", f.Custodian(x.Giver), "To", f.Custodian(x.Receiver)))
		convoy(x.Convoy)
	case *custody.FactSetAside:
		e.Class = "decision"
		link(v.T("fact.entry"), number(x.Entry), "")
		said(v.T("fact.reason"), x.Reason)
	case *custody.Headcount:
		add(v.T("fact.where"), f.Place(x.Place))
		add(v.T("fact.counted"), v.N(x.Counted))
	case *custody.Incident:
		e.Title, e.Class = v.T("event.incident", "Type", v.Incident(x.Type)), "alarm"
		convoy(x.Convoy)
		said(v.T("fact.note"), x.Text)
	case *custody.EscortRecord:
		add(v.T("fact.state"), v.Record(x.Status))
		add(v.T("fact.version"), v.N(x.Version))
	case *custody.MedicalScreening:
		add(v.T("fact.where"), f.Place(x.Place))
		fit := v.T("fit.no")
		if x.FitToTravel {
			fit = v.T("fit.yes")
		}
		add(v.T("person.fitness"), fit)
	case *custody.Property:
		link(v.T("fact.seal"), x.Seal, "")
		add(v.T("fact.holder"), f.Custodian(x.Holder))
		if x.Returned {
			add(v.T("fact.state"), v.T("property.returned"))
		}
	case *custody.AlertSet:
		state := v.T("alert.closed")
		if x.Open {
			e.Class, state = "alarm", v.T("alert.raised")
		}
		add(v.Alert(x.Code), state)
		said(v.T("fact.reason"), x.Reason)
	case *custody.Observation:
		e.Title = v.Observation(x.Type)
		convoy(x.Convoy)
	case *custody.DeliveryRepeated:
		link(v.T("fact.entry"), number(x.First), "")
	case *custody.PlaceDefined:
		add(v.T("fact.where"), f.Place(x.Place.Code))
	case *custody.GateSet:
		add(v.T("fact.where"), f.Place(x.Place))
		add(v.T("fact.state"), v.gate(!x.Open))
		said(v.T("fact.reason"), x.Reason)
	case *transfer.ManifestIssued:
		convoy(x.Convoy)
		add(v.T("fact.version"), v.N(x.Version))
		for _, s := range x.Seats {
			if s.Person == about {
				link(v.T("fact.vehicle"), id.Format(s.Vehicle), "")
				add(v.T("fact.seat"), v.N(s.Seat))
			}
		}
	case *transfer.Passage:
		e.Class, e.Signed = "move", true
		add(v.T("fact.where"), f.Place(x.Point))
		link(v.T("fact.vehicle"), id.Format(x.Vehicle), "")
		convoy(x.Convoy)
	}
}

// source says which line of which file an entry came from, empty when from none.
func (v *visit) source(s custody.Source) string {
	if s.File == "" {
		return ""
	}
	return "\u2066" + s.File + "\u2069" + v.T("fact.line", "Line", v.N(s.Line))
}

func (v *visit) gate(locked bool) string {
	if locked {
		return v.T("gate.closed")
	}
	return v.T("gate.open")
}

// DifferenceLine is one difference in a list.
type DifferenceLine struct {
	store.Difference
	Href    string
	Grave   bool
	Note    string
	Where   string
	Convoy  string
	Veiled  bool
	Ended   string
	Became  string
	Readers bool // the reader may open people
	Log     bool // the reader may open entries
}

func (v *visit) differenceLines(f Frame, all []store.Difference) []DifferenceLine {
	lines := make([]DifferenceLine, len(all))
	for i, d := range all {
		l := DifferenceLine{Difference: d, Grave: grave[d.Kind] && d.ClosedAt == nil, Readers: f.May(authz.ReadPeople), Log: f.May(authz.ReadLog), Veiled: v.veiled[d.Convoy]}
		switch d.Kind {
		case custody.Contradictory:
			l.Note = v.Note(d.Note)
		case custody.Redelivery: // the key says nothing to a reader
		case custody.Miscounted:
			if n, err := strconv.Atoi(d.Note); err == nil {
				l.Note = v.N(n)
			}
		default:
			l.Note = d.Note
		}
		if d.Place != "" && !l.Veiled {
			l.Where = f.Place(place.Code(d.Place))
		}
		if d.Convoy != 0 {
			l.Convoy = number(d.Convoy)
		}
		if d.ClosedAt != nil {
			l.Ended = v.Resolution(d.Resolution)
		}
		if d.Became != 0 {
			l.Became = "/differences?number=" + number(d.Became) + "#d" + number(d.Became)
		}
		lines[i] = l
	}
	return lines
}
