package ledger

import "fmt"

// CheckChain verifies one person's chain across the logs in which it was continued, in its order from the first entry, such
// as the travel file that comes with the person. The key of each log comes from keys, nil when the log is not known.
func CheckChain(entries []*Entry, keys func(Log) *Verifier) []Problem {
	var problems []Problem
	var w worker
	var person int64
	var key [32]byte
	var last Hash
	for i, e := range entries {
		if e == nil {
			e = &Entry{} // reported as a body that cannot be read
		}
		where := ""
		report := func(rule, format string, args ...any) {
			problems = append(problems, Problem{Rule: rule, Seq: e.Seq, Where: where, Message: fmt.Sprintf(format, args...)})
		}
		leaf, err := w.leaf(e)
		if err != nil {
			report(EntryBody, "%s", message(err))
			last = Hash{}
			continue
		}
		where = leaf.Log.Origin()
		b := &w.body
		if leaf.Seq != e.Seq {
			report(EntryOrder, "entry %d stands at place %d", leaf.Seq, e.Seq)
		}
		if v := keys(leaf.Log); v == nil || v.Name() != where || !v.Verify(leaf.Message(), e.Sig[:]) {
			report(EntrySignature, "the entry is not what %s signed, or its key is not known", where)
			last = Hash{}
			continue
		}
		if person == 0 {
			person = b.person
		}
		switch {
		case b.person == 0 || b.person != person:
			report(EntryChain, "it is not about person %d", person)
			continue
		case b.pseq != int64(i)+1:
			report(EntryChain, "it is number %d of person %d in place %d", b.pseq, person, i+1)
		case i > 0 && last != (Hash{}) && b.prev != last:
			report(EntryChain, "it does not continue number %d of person %d as it stands", i, person)
		case b.keyed && key != [32]byte{} && b.key != key:
			report(EntryChain, "it gives the chain of person %d another key", person)
		}
		if b.keyed && key == [32]byte{} {
			key = b.key
		}
		if key != [32]byte{} && slot(&key, b.pseq) != leaf.Slot {
			report(EntrySlot, "its slot is not that of number %d of person %d", b.pseq, person)
		}
		last = leaf.ID()
	}
	return problems
}
