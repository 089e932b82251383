package trial

import (
	"iter"
	"slices"

	"amana/internal/civil"
	"amana/internal/person"
)

// Register is a register of invented people. Any person follows from the seed and their number alone: nothing is held in
// memory, and a register of a thousand is the beginning of one of ten million. Safe for concurrent use.
type Register struct {
	*stock
	seed uint64
	n    int
	half int // 0 whole, 1 train, 2 test
}

// NewRegister gives the register of n people, numbered from 0, whose names come from one half of the material.
func NewRegister(seed uint64, n int, half Half) *Register {
	s, err := material()
	if err != nil {
		panic(err) // the material is part of the program
	}
	return &Register{s, seed, n, max(slices.Index([]Half{Whole, Train, Test}, half), 0)}
}

// Len is the number of people.
func (r *Register) Len() int { return r.n }

// At gives the row of person i, 0 <= i. Its ID is i in decimal. Numbers of Len and more are people who are not in the register.
func (r *Register) At(i int) Row {
	p := r.person(i)
	return r.row(&p)
}

// Rows gives all rows in order.
func (r *Register) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for i := range r.n {
			if !yield(r.At(i)) {
				return
			}
		}
	}
}

// human is a person as they are: what a register has of them is made from it.
type human struct {
	number  int
	origin  *origin
	sex     person.Sex
	names   [roles]*part
	birth   civil.Date // the day itself
	known   civil.Date // as the register and the papers have it
	nations []string
	kunya   *part // the child that they are called after, nil for most
}
