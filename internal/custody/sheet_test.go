package custody_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"amana/internal/custody"
)

// country holds everybody who was ever taken in, those who left included.
func country(a custody.Account) bool { return a.Class() != custody.Intake }

func only(account custody.Account) func(custody.Account) bool {
	return func(a custody.Account) bool { return a == account }
}

// book keeps the postings of several people, as the store does.
type book struct {
	facts    [][]custody.Fact // by person
	postings []custody.Posting
	seq      int64
}

// add makes a fact known, or sets one aside when f has its number.
func (b *book) add(who int, f custody.Fact) {
	was, _ := custody.Fold(b.facts[who])
	b.seq++
	if i := slices.IndexFunc(b.facts[who], func(g custody.Fact) bool { return f.Seq != 0 && g.Seq == f.Seq }); i >= 0 {
		b.facts[who][i].SetAside = true
	} else {
		f.Seq = b.seq
		b.facts[who] = append(b.facts[who], f)
	}
	is, _ := custody.Fold(b.facts[who])
	b.postings = append(b.postings, custody.Correct(b.seq, was, is)...)
}

// draw sums as the store does, and draws.
func (b *book) draw(from, to time.Time, in func(custody.Account) bool) custody.Statement {
	type key struct {
		account custody.Account
		typ     custody.MovementType
	}
	opening, closing, between := map[custody.Account]int{}, map[custody.Account]int{}, map[key]int{}
	for _, p := range b.postings {
		switch {
		case p.OccurredAt.After(to):
			continue
		case p.OccurredAt.After(from):
			between[key{p.Account, p.Type}] += p.Amount
		default:
			opening[p.Account] += p.Amount
		}
		closing[p.Account] += p.Amount
	}
	var flows []custody.Flow
	for k, n := range between {
		flows = append(flows, custody.Flow{Account: k.account, Type: k.typ, Amount: n})
	}
	return custody.Draw(from, to, time.Time{}, opening, closing, flows, in)
}

// TestSheets draws the sheets of a country, of places and of vehicles from the paths of a few people.
func TestSheets(t *testing.T) {
	t.Parallel()
	type fact struct {
		who, hour int
		typ       custody.MovementType
		to        custody.Account
	}
	in := func(who int) fact { return fact{who, 0, custody.TypeIntake, camp} }
	board := func(who int) fact { return fact{who, 1, custody.TypeBoarding, bus} }
	arrive := func(who int) fact { return fact{who, 3, custody.TypeReception, prison} }
	all := at(-10)
	for name, c := range map[string]struct {
		facts    []fact
		from, to time.Time
		scope    func(custody.Account) bool
		want     custody.Statement
	}{
		"country, nobody yet":            {nil, all, at(9), country, custody.Statement{}},
		"country, on the way":            {[]fact{in(0), in(1), board(0)}, all, at(9), country, custody.Statement{Intake: 2, InCustody: 1, InTransit: 1}},
		"country, opened on the way":     {[]fact{in(0), in(1), board(0), arrive(0)}, at(1), at(9), country, custody.Statement{Opening: 2, InCustody: 2}},
		"country, before anything":       {[]fact{in(0)}, all, at(-1), country, custody.Statement{}},
		"country, a death on the way":    {[]fact{in(0), board(0), {0, 2, custody.TypeDeath, custody.Died}}, all, at(9), country, custody.Statement{Intake: 1, Exits: map[custody.Account]int{custody.Died: 1}}},
		"country, escaped":               {[]fact{in(0), {0, 1, custody.TypeEscape, custody.Escaped}}, all, at(9), country, custody.Statement{Intake: 1, Exits: map[custody.Account]int{custody.Escaped: 1}}},
		"country, recaptured":            {[]fact{in(0), {0, 1, custody.TypeEscape, custody.Escaped}, {0, 2, custody.TypeRecapture, prison}}, all, at(9), country, custody.Statement{Intake: 1, InCustody: 1}},
		"country, recaptured later":      {[]fact{in(0), {0, 1, custody.TypeEscape, custody.Escaped}, {0, 2, custody.TypeRecapture, prison}}, at(1), at(9), country, custody.Statement{InCustody: 1, Exits: map[custody.Account]int{custody.Escaped: -1}}},
		"country, found after escape":    {[]fact{in(0), {0, 1, custody.TypeEscape, custody.Escaped}, {0, 2, custody.TypeFound, prison}}, all, at(9), country, custody.Statement{Intake: 1, InCustody: 1}},
		"country, dead after escape":     {[]fact{in(0), {0, 1, custody.TypeEscape, custody.Escaped}, {0, 2, custody.TypeDeath, custody.Died}}, all, at(9), country, custody.Statement{Intake: 1, Exits: map[custody.Account]int{custody.Died: 1}}},
		"country, received and at large": {[]fact{in(0), board(0), {0, 2, custody.TypeEscape, custody.Escaped}, arrive(0)}, all, at(9), country, custody.Statement{Intake: 1, InCustody: 1}},
		"country, merged":                {[]fact{in(0), in(1), {1, 2, custody.TypeMerge, custody.Outside}}, all, at(9), country, custody.Statement{Intake: 1, InCustody: 1}},
		"country, merged later":          {[]fact{in(0), in(1), {1, 2, custody.TypeMerge, custody.Outside}}, at(1), at(9), country, custody.Statement{Opening: 2, Intake: -1, InCustody: 1}},
		"country, unmerged":              {[]fact{in(0), {0, 2, custody.TypeMerge, custody.Outside}, {0, 4, custody.TypeUnmerge, camp}}, at(2), at(9), country, custody.Statement{Intake: 1, InCustody: 1}},
		"country, released, sent home":   {[]fact{in(0), in(1), {0, 5, custody.TypeRelease, custody.Released}, {1, 6, custody.TypeRepatriate, custody.Repatriate}}, all, at(9), country, custody.Statement{Intake: 2, Exits: map[custody.Account]int{custody.Released: 1, custody.Repatriate: 1}}},
		"camp, all left but one":         {[]fact{in(0), in(1), in(2), board(0), board(1)}, at(0), at(9), only(camp), custody.Statement{Opening: 3, InCustody: 1, Out: 2}},
		"prison, arrivals":               {[]fact{in(0), in(1), board(0), board(1), arrive(0)}, at(2), at(9), only(prison), custody.Statement{Intake: 1, InCustody: 1}},
		"prison, a death there":          {[]fact{in(0), board(0), arrive(0), {0, 4, custody.TypeDeath, custody.Died}}, at(2), at(9), only(prison), custody.Statement{Intake: 1, Exits: map[custody.Account]int{custody.Died: 1}}},
		"prison, a second record":        {[]fact{in(0), board(0), arrive(0), {0, 4, custody.TypeMerge, custody.Outside}}, at(3), at(9), only(prison), custody.Statement{Opening: 1, Intake: -1}},
		"prison, back from escape":       {[]fact{in(0), {0, 1, custody.TypeEscape, custody.Escaped}, {0, 4, custody.TypeRecapture, prison}}, at(2), at(9), only(prison), custody.Statement{InCustody: 1, Exits: map[custody.Account]int{custody.Escaped: -1}}},
		"bus, came and went":             {[]fact{in(0), in(1), board(0), board(1), arrive(0)}, all, at(9), only(bus), custody.Statement{Intake: 2, InTransit: 1, Out: 1}},
		"bus, a death aboard":            {[]fact{in(0), in(1), board(0), board(1), {0, 2, custody.TypeDeath, custody.Died}, arrive(1)}, all, at(9), only(bus), custody.Statement{Intake: 2, Out: 1, Exits: map[custody.Account]int{custody.Died: 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := book{facts: make([][]custody.Fact, 3)}
			for _, f := range c.facts {
				b.add(f.who, custody.Fact{OccurredAt: at(f.hour), Type: f.typ, To: f.to})
			}
			got := b.draw(c.from, c.to, c.scope)
			c.want.From, c.want.To = c.from, c.to
			if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(custody.Statement{}, "ByType", "Accounts"), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if !got.Balanced() {
				t.Errorf("%+v does not balance", got)
			}
		})
	}
}

// TestUnsoundSheets takes one person, or one posting, away from what a sheet is drawn from. It must show.
func TestUnsoundSheets(t *testing.T) {
	t.Parallel()
	b := book{facts: make([][]custody.Fact, 2)}
	for who := range b.facts {
		b.add(who, custody.Fact{OccurredAt: at(0), Type: custody.TypeIntake, To: camp})
		b.add(who, custody.Fact{OccurredAt: at(1), Type: custody.TypeBoarding, To: bus})
		b.add(who, custody.Fact{OccurredAt: at(2), Type: custody.TypeEscape, To: custody.Escaped})
	}
	if s := b.draw(at(-1), at(9), country); !s.Balanced() {
		t.Fatalf("%+v does not balance", s)
	}
	whole := b.postings
	for i := range whole {
		b.postings = slices.Delete(slices.Clone(whole), i, i+1)
		sum := 0
		for _, p := range b.postings {
			sum += p.Amount
		}
		if s := b.draw(at(-1), at(9), country); sum == 0 || s.Balanced() {
			t.Errorf("without %+v: %+v", whole[i], s)
		}
	}
}

// TestEverySheetBalances lets facts about several people become known in any order, contradict each other and be set aside.
// The sheet of every scope balances at every stretch of time, and the country's figures are those of a count of people.
func TestEverySheetBalances(t *testing.T) {
	t.Parallel()
	second := custody.Aboard(600100000027)
	accounts := []custody.Account{camp, prison, cell, bus, second, custody.Died, custody.Escaped, custody.Released, custody.Repatriate}
	types := slices.DeleteFunc(custody.MovementTypes(), func(t custody.MovementType) bool { return t == custody.TypeMerge || t == custody.TypeUnmerge })
	slices.Sort(types)
	rapid.Check(t, func(t *rapid.T) {
		b := book{facts: make([][]custody.Fact, rapid.IntRange(1, 4).Draw(t, "people"))}
		for who := range b.facts {
			b.add(who, custody.Fact{OccurredAt: at(rapid.IntRange(0, 3).Draw(t, "intake")), Type: custody.TypeIntake, From: custody.Outside, To: camp})
		}
		for range rapid.IntRange(0, 25).Draw(t, "facts") {
			who := rapid.IntRange(0, len(b.facts)-1).Draw(t, "who")
			if rapid.IntRange(0, 5).Draw(t, "aside") == 0 {
				b.add(who, custody.Fact{Seq: rapid.SampledFrom(b.facts[who]).Draw(t, "which").Seq})
				continue
			}
			typ := rapid.SampledFrom(types).Draw(t, "type")
			to := slices.DeleteFunc(slices.Clone(accounts), func(a custody.Account) bool { return custody.CheckArrival(typ, a) != nil })
			b.add(who, custody.Fact{
				OccurredAt: at(rapid.IntRange(0, 9).Draw(t, "hour")), Type: typ, To: rapid.SampledFrom(to).Draw(t, "to"),
				From: rapid.SampledFrom(append(accounts, "")).Draw(t, "from"),
			})
		}
		from := at(rapid.IntRange(-1, 9).Draw(t, "opening"))
		to := from.Add(time.Duration(rapid.IntRange(0, 10).Draw(t, "hours")) * time.Hour)
		stood := func(at time.Time) map[custody.Account]int {
			count := map[custody.Account]int{}
			for _, facts := range b.facts {
				steps, _ := custody.Fold(facts)
				count[custody.Where(steps, at)]++
			}
			delete(count, custody.Outside)
			return count
		}
		before, after := stood(from), stood(to)
		want := custody.Statement{From: from, To: to, Exits: map[custody.Account]int{}, Accounts: map[custody.Account]int{}}
		for a, n := range before {
			if a.Class() == custody.Exit {
				want.Exits[a] -= n
				want.Intake -= n // registered by then already
			} else {
				want.Opening += n
			}
		}
		for a, n := range after {
			want.Intake += n
			switch a.Class() {
			case custody.Exit:
				want.Exits[a] += n
				continue
			case custody.InTransit:
				want.InTransit += n
			default:
				want.InCustody += n
			}
			want.Accounts[a] = n
		}
		want.Intake -= want.Opening
		maps.DeleteFunc(want.Exits, func(_ custody.Account, n int) bool { return n == 0 })
		got := b.draw(from, to, country)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(custody.Statement{}, "ByType")); diff != "" || !got.Balanced() {
			t.Fatalf("the country: balanced %v %s", got.Balanced(), diff)
		}
		for _, a := range accounts[:5] {
			s := b.draw(from, to, only(a))
			if !s.Balanced() || s.Opening != before[a] || s.InCustody+s.InTransit != after[a] {
				t.Fatalf("%s: %+v, and %d stood there before, %d after", a, s, before[a], after[a])
			}
		}
	})
}
