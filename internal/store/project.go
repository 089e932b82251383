package store

import (
	"context"
	"fmt"
	"strings"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/transfer"
)

// projection brings the read models up to date with entries of one kind, about different people, in the order of the log.
type projection func(*Tx, context.Context, []custody.Record) error

// projections has one for every kind of entry. A test holds it against the kinds that the domain knows.
func projections() map[custody.Kind]projection {
	kind := func(e custody.Event) custody.Kind { return e.Kind() }
	return map[custody.Kind]projection{
		kind(custody.PersonRegistered{}):  (*Tx).personRegistered,
		kind(custody.PersonListed{}):      (*Tx).personListed,
		kind(custody.PersonAmended{}):     (*Tx).personAmended,
		kind(custody.PersonMerged{}):      (*Tx).personMerged,
		kind(custody.PersonUnmerged{}):    (*Tx).personUnmerged,
		kind(custody.IdentityDecided{}):   (*Tx).identityDecided,
		kind(custody.WatchlistLoaded{}):   (*Tx).watchlistLoaded,
		kind(custody.LeadDecided{}):       (*Tx).leadDecided,
		kind(custody.BookingOpened{}):     (*Tx).bookingOpened,
		kind(custody.PlaceDefined{}):      (*Tx).placeDefined,
		kind(custody.GateSet{}):           (*Tx).gateSet,
		kind(custody.CustodianEnrolled{}): (*Tx).custodianEnrolled,
		kind(custody.MoveSet{}):           (*Tx).moveSet,
		kind(custody.BedSet{}):            (*Tx).bedSet,
		kind(custody.Movement{}):          (*Tx).movement,
		kind(custody.Handover{}):          (*Tx).handover,
		kind(custody.FactSetAside{}):      (*Tx).factSetAside,
		kind(custody.DifferenceDecided{}): (*Tx).differenceDecided,
		kind(custody.Headcount{}):         (*Tx).headcount,
		kind(custody.Incident{}):          (*Tx).incident,
		kind(custody.IncidentAmended{}):   (*Tx).recordedOnly,
		kind(custody.EscortRecord{}):      (*Tx).escortRecord,
		kind(custody.MedicalScreening{}):  (*Tx).medicalScreening,
		kind(custody.Property{}):          (*Tx).property,
		kind(custody.AlertSet{}):          (*Tx).alertSet,
		kind(custody.NonAssociationSet{}): (*Tx).nonAssociationSet,
		kind(custody.NeedsDecided{}):      (*Tx).needsDecided,
		kind(custody.FileImported{}):      (*Tx).fileImported,
		kind(custody.DeliveryRepeated{}):  (*Tx).deliveryRepeated,
		kind(custody.Observation{}):       (*Tx).recordedOnly,
		kind(transfer.WaveFormed{}):       (*Tx).waveFormed,
		kind(transfer.RouteDefined{}):     (*Tx).routeDefined,
		kind(transfer.PlanApproved{}):     (*Tx).planApproved,
		kind(transfer.ConvoyFormed{}):     (*Tx).convoyFormed,
		kind(transfer.VehicleAdded{}):     (*Tx).vehicleAdded,
		kind(transfer.ManifestIssued{}):   (*Tx).manifestIssued,
		kind(transfer.Dispatched{}):       (*Tx).dispatched,
		kind(transfer.Redirected{}):       (*Tx).redirected,
		kind(transfer.Passage{}):          (*Tx).passage,
		kind(transfer.ConvoyClosed{}):     (*Tx).convoyClosed,
	}
}

var projectionOf = projections()

// project runs the projections over runs of one kind and different people, so that sets go to the database together and
// the result does not depend on how the log was cut into transactions.
func (t *Tx) project(ctx context.Context, records []custody.Record) error {
	for len(records) > 0 {
		n, seen := 1, map[id.Person]bool{records[0].Person: true}
		for n < len(records) && records[n].Event.Kind() == records[0].Event.Kind() {
			p := records[n].Person
			if p == 0 || seen[p] {
				break
			}
			seen[p] = true
			n++
		}
		kind := records[0].Event.Kind()
		project, ok := projectionOf[kind]
		if !ok {
			return fmt.Errorf("there is no projection of %q", kind)
		}
		if err := project(t, ctx, records[:n]); err != nil {
			return fmt.Errorf("projecting %s, entry %d: %w", kind, records[0].Seq, err)
		}
		records = records[n:]
	}
	return nil
}

// event gives the event of a record as type E, whether it was just recorded (a value) or decoded from the log (a pointer).
func event[E custody.Event](r custody.Record) E {
	if v, ok := r.Event.(E); ok {
		return v
	}
	p, _ := any(r.Event).(*E)
	return *p
}

// recordedOnly is the projection of what is kept in the log and on the timeline alone.
func (t *Tx) recordedOnly(context.Context, []custody.Record) error { return nil }

// update changes columns of many rows by key. columns are "name TYPE", the key first.
func (t *Tx) update(ctx context.Context, table string, columns []string, rows [][]any) error {
	names, casts, sets := make([]string, len(columns)), make([]string, len(columns)), []string{}
	for i, c := range columns {
		name, typ, _ := strings.Cut(c, " ")
		names[i], casts[i] = name, "CAST(? AS "+typ+")"
		if i > 0 {
			sets = append(sets, fmt.Sprintf("%s = v.column%d", name, i+1))
		}
	}
	one := "(" + strings.Join(casts, ", ") + ")"
	for len(rows) > 0 {
		n := chunkOf(len(rows))
		query := "UPDATE " + table + " SET " + strings.Join(sets, ", ") +
			" FROM (VALUES " + strings.Repeat(one+", ", n-1) + one + ") AS v WHERE " + table + "." + names[0] + " = v.column1"
		var args []any
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		if err := t.exec(ctx, query, args...); err != nil {
			return fmt.Errorf("updating %s: %w", table, err)
		}
		rows = rows[n:]
	}
	return nil
}

// mention links an entry that is about several people to each of them.
func (t *Tx) mention(ctx context.Context, seq int64, people ...id.Person) error {
	rows, seen := make([][]any, 0, len(people)), make(map[id.Person]bool, len(people))
	for _, p := range people {
		if p != 0 && !seen[p] {
			seen[p] = true
			rows = append(rows, []any{seq, int64(p)})
		}
	}
	return t.insert(ctx, "mention", "seq, person", "ON CONFLICT DO NOTHING", rows)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
