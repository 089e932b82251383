package custody

import (
	"encoding/json"
	"time"

	"amana/internal/civil"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
)

// Kind names what an entry says. A kind is retired, never removed, and never changes its meaning.
type Kind string

// Event is what an entry says, beside who said it, about whom and when.
type Event interface{ Kind() Kind }

// Draft is an event that somebody wants recorded.
type Draft struct {
	OccurredAt time.Time // in the world
	Actor      string
	Person     id.Person // 0 when it is about no single person
	Event      Event
}

// Record is an entry as the domain reads it back.
type Record struct {
	Seq                    int64
	OccurredAt, RecordedAt time.Time // in the world, in the system
	Actor                  string
	Person                 id.Person
	Event                  Event
}

// Kinds makes an empty event of each kind that this package knows, for decoding.
var Kinds = Index(
	Of[PersonRegistered],
	Of[PersonListed],
	Of[PersonAmended],
	Of[PersonMerged],
	Of[PersonUnmerged],
	Of[IdentityDecided],
	Of[WatchlistLoaded],
	Of[LeadDecided],
	Of[BookingOpened],
	Of[PlaceDefined],
	Of[GateSet],
	Of[CustodianEnrolled],
	Of[MoveSet],
	Of[BedSet],
	Of[Movement],
	Of[Handover],
	Of[FactSetAside],
	Of[DifferenceDecided],
	Of[Headcount],
	Of[Incident],
	Of[IncidentAmended],
	Of[EscortRecord],
	Of[MedicalScreening],
	Of[Property],
	Of[AlertSet],
	Of[NonAssociationSet],
	Of[NeedsDecided],
	Of[FileImported],
	Of[DeliveryRepeated],
	Of[Observation],
)

// Of makes an empty event of type E.
func Of[E any, P interface {
	*E
	Event
}]() Event {
	return P(new(E))
}

// Index sorts makers of events by the kind that they make.
func Index(makers ...func() Event) map[Kind]func() Event {
	byKind := make(map[Kind]func() Event, len(makers))
	for _, m := range makers {
		byKind[m().Kind()] = m
	}
	return byKind
}

// Source is the line of a file that an entry came from.
type Source struct {
	File  string `json:"file,omitempty"`
	Sheet string `json:"sheet,omitempty"`
	Line  int    `json:"line,omitempty"`
	Key   string `json:"key,omitempty"` // the same line sent twice has the same key
}

// PersonRegistered says that a person is known and where: the intake of the double entry. It never waits for papers.
type PersonRegistered struct {
	Details    person.Details `json:"details"`
	Account    Account        `json:"account"`
	Custodian  string         `json:"custodian,omitempty"`
	Source     Source         `json:"source"`
	Mother     string         `json:"mother,omitempty"`
	Family     string         `json:"family,omitempty"`
	Child      bool           `json:"child,omitempty"`      // accompanies a parent and is not a detainee (norms R20)
	Unexpected bool           `json:"unexpected,omitempty"` // found at a gate, on nobody's list
}

// PersonListed says that another list names a person who is registered already.
type PersonListed struct {
	Details person.Details `json:"details"`
	Source  Source         `json:"source"`
}

// PersonAmended adds to or corrects what is said about a person; what was said before stays on record.
type PersonAmended struct {
	Details person.Details `json:"details"`
	Reason  string         `json:"reason"`
}

// PersonMerged says, by somebody's decision, that a record is a second one of another person.
type PersonMerged struct {
	Into   id.Person  `json:"into"`
	From   Account    `json:"from"` // where the second record stood
	Reason string     `json:"reason"`
	Tenths int        `json:"tenths,omitempty"` // what the two records were worth as one person's, in tenths of a bit
	Seen   []Evidence `json:"seen,omitempty"`   // what the one who decided was shown
}

// PersonUnmerged undoes a merge and keeps the two from being proposed as one again.
type PersonUnmerged struct {
	From   id.Person `json:"from"`
	To     Account   `json:"to"` // where the second record stands again
	Reason string    `json:"reason"`
}

// Grounds is why a person is held: norms R01 asks for all of it, R10 for the end.
type Grounds struct {
	Ground    string     `json:"ground"` // "repatriation_hold", "criminal_investigation", "accompanying_child", "" when none is recorded
	Authority string     `json:"authority,omitempty"`
	Order     string     `json:"order,omitempty"`
	Until     civil.Date `json:"until"`
}

// BookingOpened begins one episode of custody.
type BookingOpened struct {
	Booking  id.Booking `json:"booking"`
	Grounds  Grounds    `json:"grounds"`
	Captured civil.Date `json:"captured"` // deprivation of liberty before the transfer, as far as known
}

// PlaceDefined describes a place whole, new or changed.
type PlaceDefined struct {
	Place place.Place `json:"place"`
}

// GateSet says that a place closed its gate (lockout) or opened it again.
type GateSet struct {
	Place  place.Code `json:"place"`
	Open   bool       `json:"open"`
	Reason string     `json:"reason,omitempty"`
}

// CustodianEnrolled admits an authority that holds people, or an agency that operates a line, with the key it signs with.
type CustodianEnrolled struct {
	Code  string            `json:"code"`
	Role  string            `json:"role"` // "custodian", "escort", "line"
	Names map[string]string `json:"names"`
	VKey  string            `json:"vkey"`
}

// BedSet reserves, occupies or releases one bed of a cell.
type BedSet struct {
	Cell   place.Code `json:"cell"`
	Bed    int        `json:"bed"`
	State  BedState   `json:"state"`
	Reason string     `json:"reason,omitempty"`
}

// BedState is what a bed is to a person.
type BedState string

// The states of a bed.
const (
	BedReserved BedState = "reserved"
	BedOccupied BedState = "occupied"
	BedReleased BedState = "released"
)

// Movement is a fact: somebody was moved, or was seen to be elsewhere than the book says.
type Movement struct {
	Type      MovementType `json:"type"`
	From      Account      `json:"from,omitempty"` // as the one who records it believes
	To        Account      `json:"to"`
	Custodian string       `json:"custodian,omitempty"` // new custodian, when it changes
	Convoy    id.Convoy    `json:"convoy,omitempty"`
	Bed       int          `json:"bed,omitempty"`
	Reason    string       `json:"reason,omitempty"`
}

// Handover is a movement by which custody passes from one custodian to another, signed by both (norms R05).
type Handover struct {
	Type        MovementType `json:"type"`
	From        Account      `json:"from"`
	To          Account      `json:"to"`
	Giver       string       `json:"giver"`
	Receiver    string       `json:"receiver"`
	Convoy      id.Convoy    `json:"convoy,omitempty"`
	Leg         int          `json:"leg,omitempty"`
	Head        string       `json:"head"` // hash of the person's last entry, hex: what the receiver saw when signing
	Nonce       string       `json:"nonce"`
	Expiry      time.Time    `json:"expiry"`
	GiverSig    []byte       `json:"giver_sig"`
	ReceiverSig []byte       `json:"receiver_sig"`
}

// FactSetAside decides that a movement does not stand: somebody looked at the contradiction.
type FactSetAside struct {
	Entry  int64  `json:"entry"`
	Reason string `json:"reason"`
}

// DifferenceDecided closes a difference with a reason.
type DifferenceDecided struct {
	Difference int64  `json:"difference"`
	Resolution string `json:"resolution"`
}

// Headcount is a physical count of a place: one entry that commits to the set of those present.
type Headcount struct {
	Place   place.Code  `json:"place"`
	Counted int         `json:"counted"`
	Present []id.Person `json:"present"`
	Root    string      `json:"root"` // Merkle root over the set, hex; a member's proof opens it
	Salt    string      `json:"salt"`
}

// Incident is a report of something out of the ordinary.
type Incident struct {
	Incident id.Incident  `json:"incident"`
	Type     IncidentType `json:"type"`
	Convoy   id.Convoy    `json:"convoy,omitempty"`
	Vehicle  id.Vehicle   `json:"vehicle,omitempty"`
	Place    place.Code   `json:"place,omitempty"`
	Text     string       `json:"text,omitempty"`
}

// IncidentAmended adds to an incident; the first report stays as it was.
type IncidentAmended struct {
	Incident id.Incident `json:"incident"`
	Text     string      `json:"text"`
}

// EscortRecord is one version of the Person Escort Record of a move. Its medical part is sealed apart (norms R12, G9).
type EscortRecord struct {
	Move    id.Move         `json:"move"`
	Version int             `json:"version"`
	Status  string          `json:"status"`
	Flags   []string        `json:"flags,omitempty"`
	Open    json.RawMessage `json:"open"`             // answers that escort and prison read
	Sealed  json.RawMessage `json:"sealed,omitempty"` // medical answers
}

// MedicalScreening is the examination on reception: what all may know is fitness only (norms R12).
type MedicalScreening struct {
	Place       place.Code `json:"place"`
	FitToTravel bool       `json:"fit_to_travel"`
	Injuries    bool       `json:"injuries,omitempty"` // leads to an independent authority (norms R13)
	Sealed      string     `json:"sealed,omitempty"`
}

// Property is a sealed bag or item that follows its owner through each handover.
type Property struct {
	Property id.Property `json:"property"`
	Seal     string      `json:"seal,omitempty"`
	Items    string      `json:"items,omitempty"`
	Holder   string      `json:"holder"`
	Returned bool        `json:"returned,omitempty"`
}

// AlertSet raises or closes one typed alert on a person.
type AlertSet struct {
	Alert  id.Other `json:"alert"`
	Code   string   `json:"code"`
	Open   bool     `json:"open"`
	Reason string   `json:"reason,omitempty"`
}

// NonAssociationSet opens or closes a pair of people who are kept apart.
type NonAssociationSet struct {
	NonAssociation id.Other  `json:"non_association"`
	A              id.Person `json:"a"`
	B              id.Person `json:"b"`
	Scope          string    `json:"scope"` // cell, block, prison
	Open           bool      `json:"open"`
	Reason         string    `json:"reason"`
}

// FileImported says that a manifest file was read, and what became of its rows.
type FileImported struct {
	File     string `json:"file"`
	SHA256   string `json:"sha256"`
	Rows     int    `json:"rows"`
	Good     int    `json:"good"`
	Problems int    `json:"problems"`
}

// DeliveryRepeated says that a record came a second time, and changed nothing.
type DeliveryRepeated struct {
	Key   string `json:"key"`
	First int64  `json:"first"` // entry of the first delivery
}

// Observation is a note of fact that moves nobody: welfare, a visit, food offered, a comfort break.
type Observation struct {
	Type     string    `json:"type"`
	Convoy   id.Convoy `json:"convoy,omitempty"`
	Accepted *bool     `json:"accepted,omitempty"` // offered and taken or refused
	Text     string    `json:"text,omitempty"`
}

// Kind names the event.
func (PersonRegistered) Kind() Kind  { return "person.registered" }
func (PersonListed) Kind() Kind      { return "person.listed" }
func (PersonAmended) Kind() Kind     { return "person.amended" }
func (PersonMerged) Kind() Kind      { return "person.merged" }
func (PersonUnmerged) Kind() Kind    { return "person.unmerged" }
func (BookingOpened) Kind() Kind     { return "booking.opened" }
func (PlaceDefined) Kind() Kind      { return "place.defined" }
func (GateSet) Kind() Kind           { return "place.gate" }
func (CustodianEnrolled) Kind() Kind { return "custodian.enrolled" }
func (MoveSet) Kind() Kind           { return "move.set" }
func (BedSet) Kind() Kind            { return "bed.set" }
func (Movement) Kind() Kind          { return "movement" }
func (Handover) Kind() Kind          { return "handover" }
func (FactSetAside) Kind() Kind      { return "fact.set_aside" }
func (DifferenceDecided) Kind() Kind { return "difference.decided" }
func (Headcount) Kind() Kind         { return "headcount" }
func (Incident) Kind() Kind          { return "incident.reported" }
func (IncidentAmended) Kind() Kind   { return "incident.amended" }
func (EscortRecord) Kind() Kind      { return "escort_record" }
func (MedicalScreening) Kind() Kind  { return "medical.screened" }
func (Property) Kind() Kind          { return "property" }
func (AlertSet) Kind() Kind          { return "alert" }
func (NonAssociationSet) Kind() Kind { return "non_association" }
func (FileImported) Kind() Kind      { return "file.imported" }
func (DeliveryRepeated) Kind() Kind  { return "delivery.repeated" }
func (Observation) Kind() Kind       { return "observation" }
