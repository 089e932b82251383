// Package id gives every noun of the register its own type of number.
//
// A number is digits only, so that every keyboard, scanner and radio can carry it: one digit for the noun, three for the
// site that issued it, a serial, and a check digit. Sites issue numbers without asking each other and never reuse one.
// The check digit is Damm's, which catches every single wrong digit and every swap of two neighbours
// (H. M. Damm, Total anti-symmetrische Quasigruppen, 2004).
package id

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"amana/internal/fault"
)

// Noun is the first digit of a number: what kind of thing it names.
type Noun int

// The nouns that carry numbers.
const (
	NounPerson Noun = iota + 1
	NounBooking
	NounMove
	NounWave
	NounConvoy
	NounVehicle
	NounIncident
	NounProperty
	NounOther // alerts, non-associations, differences, plans
)

// Person is the number of one registered person.
type Person int64

// Booking is the number of one episode of custody.
type Booking int64

// Move is the number of one planned or running transfer of one person.
type Move int64

// Wave is the number of one week's movement.
type Wave int64

// Convoy is the number of one group of vehicles that travels together.
type Convoy int64

// Vehicle is the number of one vehicle in one convoy.
type Vehicle int64

// Incident is the number of one reported incident.
type Incident int64

// Property is the number of one sealed bag or item of a person's property.
type Property int64

// Plan is the number of one plan of a wave, a draft or an approved one.
type Plan int64

// Other is the number of an alert, a non-association or a difference.
type Other int64

// Make builds the number of a noun from the issuing site (0-999) and its serial.
func Make(n Noun, site int, serial int64) int64 {
	v := (int64(n)*1000+int64(site))*1_000_000_0 + serial
	return v*10 + int64(damm(strconv.FormatInt(v, 10)))
}

// NounOf tells what kind of thing a number names, 0 when it is not well formed.
func NounOf(n int64) Noun {
	s := strconv.FormatInt(n, 10)
	if len(s) != 12 || damm(s) != 0 {
		return 0
	}
	return Noun(s[0] - '0')
}

// Parse reads a number as typed or scanned: Arabic and Persian digits, blanks and dashes are accepted.
func Parse[T ~int64](noun Noun, s string) (T, error) {
	folded := Fold(s)
	n, err := strconv.ParseInt(folded, 10, 64)
	if err != nil || len(folded) != 12 || NounOf(n) != noun { // a zero put before it is a wrong digit too
		return 0, fault.New(fault.Invalid, "id.malformed", "%q is not a number of this kind, or a digit is wrong", shorten(s))
	}
	return T(n), nil
}

// Fold turns ٠-٩ and ۰-۹ into 0-9 and drops blanks, dashes and direction marks, whichever of them Unicode has.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case unicode.IsSpace(r) || unicode.In(r, unicode.Dash, unicode.Bidi_Control):
			return -1
		}
		return r
	}, s)
}

// Format groups a number for the eye: 1 001 0000001 4.
func Format[T ~int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	if len(s) != 12 {
		return s
	}
	return fmt.Sprintf("%s %s %s %s", s[:1], s[1:4], s[4:11], s[11:])
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// dammTable is the quasigroup of order 10 from Damm's thesis.
var dammTable = [10]string{
	"0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
	"3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
}

func damm(digits string) int {
	interim := 0
	for _, d := range digits {
		interim = int(dammTable[interim][d-'0'] - '0')
	}
	return interim
}
