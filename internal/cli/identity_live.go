package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"amana/internal/authz"
	"amana/internal/civil"
	"amana/internal/clock"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/person"
	"amana/internal/register"
	"amana/internal/store"
)

// desk is who looks things up from the command line; searches and readings are recorded under this name.
var desk = authz.Actor{Name: "command-line", Role: authz.Registrar}

// searchRegister looks for somebody in the register itself. The search is on record, as one from a page is.
func (o *options) searchRegister(ctx context.Context, d person.Details, limit int) ([]answer, error) {
	r, s, err := o.openExisting(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close() // every commit is on disk when it is answered
	found, err := r.Search(ctx, desk, register.SearchQuery{Details: d, Limit: min(limit, register.MaxCandidates)}, time.Now())
	if err != nil {
		return nil, err
	}
	out := make([]answer, len(found.People))
	for i, c := range found.People {
		out[i] = answer{registered(c.Person), c.Explanation}
	}
	return out, nil
}

// openExisting opens a register that is there already: a search makes none.
func (o *options) openExisting(ctx context.Context) (*register.Register, *store.Store, error) {
	s, err := o.openStore(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := s.Close(); err != nil {
		return nil, nil, fmt.Errorf("closing the register: %w", err)
	}
	return o.openRegister(ctx, clock.System)
}

// registered describes a person of the register.
func registered(p store.Person) described {
	d := described{ID: number(p.Person), Sex: p.Sex}
	for _, n := range []string{p.Name, p.Latin} {
		if n != "" && !slices.Contains(d.Names, n) {
			d.Names = append(d.Names, n)
		}
	}
	d.Birth, _ = civil.Parse(p.Born) // as the register wrote it
	if p.Nationality != "" {
		d.Nationalities = []string{p.Nationality}
	}
	return d
}

func number(p id.Person) string { return strconv.FormatInt(int64(p), 10) }

// waiting is a pair of the register's work list.
type waiting struct {
	A     described     `json:"a"`
	B     described     `json:"b"`
	Bits  float64       `json:"bits"`
	Band  identity.Band `json:"band"`
	Why   string        `json:"why"`
	Stage store.Stage   `json:"stage"`
}

// workList finds all pairs of the register anew and gives those that wait for a human, what matters most first.
func (o *options) workList(ctx context.Context, limit int) ([]waiting, error) {
	r, s, err := o.openExisting(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close() // every commit is on disk when it is answered
	if _, err := r.Rematch(ctx, register.By{Actor: desk}); err != nil {
		return nil, err
	}
	out, after := []waiting{}, ""
	for {
		page, err := r.WorkList(ctx, desk, store.ProposalFilter{After: after})
		if err != nil {
			return nil, err
		}
		for _, p := range page.Pairs {
			out = append(out, waiting{registered(p.A), registered(p.B), p.Bits, identity.Band(p.Band), p.Why, p.Stage})
			if len(out) == limit {
				return out, nil
			}
		}
		if after = page.Next; after == "" {
			return out, nil
		}
	}
}

// printWaiting prints pairs for reading.
func (o *options) printWaiting(pairs []waiting) {
	for i, p := range pairs {
		fmt.Fprintf(o.out, "%d. %s\n   %s\n   %.1f bits, %s: %s; %s\n", i+1, line(p.A), line(p.B), p.Bits, p.Band, strings.ReplaceAll(p.Why, " ", ", "), p.Stage)
	}
}
