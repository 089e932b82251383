package api

import (
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/id"
)

// Number is a number of the register on the wire: a string of digits, so that no program takes it for a quantity.
// A malformed one does not stop the reading of a body: it is told with all others, by where it stood.
type Number[T ~int64] struct {
	n   T
	raw string
	set bool
}

func numberOf[T ~int64](n T) Number[T] { return Number[T]{n: n, set: n != 0} }

func numbersOf[T ~int64](all []T) []Number[T] {
	out := make([]Number[T], len(all))
	for i, n := range all {
		out[i] = numberOf(n)
	}
	return out
}

func plain[T ~int64](all []Number[T]) []T {
	out := make([]T, len(all))
	for i, n := range all {
		out[i] = n.n
	}
	return out
}

// noun is the kind of number that T is.
func noun[T ~int64]() id.Noun {
	switch any(T(0)).(type) {
	case id.Person:
		return id.NounPerson
	case id.Booking:
		return id.NounBooking
	case id.Move:
		return id.NounMove
	case id.Wave:
		return id.NounWave
	case id.Convoy:
		return id.NounConvoy
	case id.Vehicle:
		return id.NounVehicle
	case id.Incident:
		return id.NounIncident
	case id.Property:
		return id.NounProperty
	}
	return id.NounOther
}

// IsZero reports whether there is no number.
func (n Number[T]) IsZero() bool { return !n.set }

// MarshalText writes the digits.
func (n Number[T]) MarshalText() ([]byte, error) {
	if !n.set {
		return nil, nil
	}
	return strconv.AppendInt(nil, int64(n.n), 10), nil
}

// UnmarshalText reads digits of any script; what is wrong with them is told by Resolve.
func (n *Number[T]) UnmarshalText(b []byte) error {
	n.raw, n.set = string(b), true
	n.n, _ = id.Parse[T](noun[T](), n.raw)
	return nil
}

// Resolve tells huma of a number with a wrong digit.
func (n *Number[T]) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	if !n.set || n.n != 0 {
		return nil
	}
	return []error{&huma.ErrorDetail{Location: at.String(), Message: "id.malformed|not a number of this kind, or a digit is wrong", Value: n.raw}}
}

// Schema describes the number.
func (Number[T]) Schema(huma.Registry) *huma.Schema {
	longest := 40
	return &huma.Schema{
		Type: huma.TypeString, MaxLength: &longest, Description: "Twelve digits, the last a check digit.",
		Examples: []any{strconv.FormatInt(id.Make(noun[T](), 1, 1), 10)},
	}
}

// Date is a civil date on the wire, as far as it is known: 1990, 1990-05, 1990-05-03, 1990~ (EDTF).
type Date struct {
	civil.Date
	raw string
	err error
}

func dateOf(d civil.Date) Date { return Date{Date: d} }

// UnmarshalText reads EDTF; what is wrong with it is told by Resolve.
func (d *Date) UnmarshalText(b []byte) error {
	d.raw = string(b)
	d.Date, d.err = civil.Parse(d.raw)
	return nil
}

// Resolve tells huma of a date that cannot be read.
func (d *Date) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	if d.err == nil {
		return nil
	}
	f := fault.As(d.err)
	return []error{&huma.ErrorDetail{Location: at.String(), Message: f.Rule + "|" + f.Message, Value: d.raw}}
}

// Schema describes the date.
func (Date) Schema(huma.Registry) *huma.Schema {
	longest := 20
	return &huma.Schema{Type: huma.TypeString, MaxLength: &longest, Description: "A date as far as it is known (EDTF), empty when it is not.", Examples: []any{"1990-05-03"}}
}
