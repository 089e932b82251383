// Package custody is the heart of Amana: people are kept as a bank keeps money, in double entry.
//
// Every fact about where a person is becomes a movement from one account to another. Accounts are places, vehicles, the
// outside world that people come from, and the exits by which they leave. A movement debits one account and credits
// another, so the accounts always sum to nothing, at every moment in the world and in the system, and
// registered = in custody + in transit + exits. Facts are always recorded, late ones and contradictory ones too; what is
// true is folded from them in the order of (occurred_at, sequence).
package custody

import (
	"strconv"
	"strings"

	"amana/internal/id"
	"amana/internal/place"
)

// Account is where a person can be booked: "outside", "place:IQ-NAS/A/03", "vehicle:60010000012", "exit:died".
type Account string

// Class is what an account counts as in the balance.
type Class string

// The classes of accounts.
const (
	Intake    Class = "intake"     // outside: what came in stands here with a negative sign
	InCustody Class = "in_custody" // places
	InTransit Class = "in_transit" // vehicles
	Exit      Class = "exit"
)

// Outside is the account that intake comes from.
const Outside Account = "outside"

// The exits: the lawful ones and the unlawful one.
const (
	Died       Account = "exit:died"
	Escaped    Account = "exit:escaped"
	Released   Account = "exit:released"
	Repatriate Account = "exit:repatriated"
)

// At is the account of a place.
func At(c place.Code) Account { return Account("place:" + string(c)) }

// Aboard is the account of a vehicle in a convoy.
func Aboard(v id.Vehicle) Account { return Account("vehicle:" + strconv.FormatInt(int64(v), 10)) }

// Class tells what the account counts as, empty when it is malformed.
func (a Account) Class() Class {
	prefix, rest, _ := strings.Cut(string(a), ":")
	switch {
	case a == Outside:
		return Intake
	case prefix == "place" && rest != "":
		return InCustody
	case prefix == "vehicle" && vehicleOf(rest) > 0 && a == Aboard(vehicleOf(rest)): // written in one way only: another would be another account
		return InTransit
	case prefix == "exit" && (a == Died || a == Escaped || a == Released || a == Repatriate):
		return Exit
	}
	return ""
}

// Place is the place of an account, empty for others.
func (a Account) Place() place.Code {
	if a.Class() != InCustody {
		return ""
	}
	return place.Code(strings.TrimPrefix(string(a), "place:"))
}

// Vehicle is the vehicle of an account, 0 for others.
func (a Account) Vehicle() id.Vehicle {
	if a.Class() != InTransit {
		return 0
	}
	return vehicleOf(strings.TrimPrefix(string(a), "vehicle:"))
}

func vehicleOf(digits string) id.Vehicle {
	n, _ := strconv.ParseInt(digits, 10, 64) // what is no number is vehicle 0, which does not exist
	return id.Vehicle(n)
}
