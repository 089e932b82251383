// Package trial makes the data on which the matching of people is measured: registers of invented people, altered queries
// whose right answer is known, labelled pairs, and lists of names. Everything follows from a seed, so the same seed gives the
// same bytes.
//
// The package knows nothing of the matcher. It has its own name material (the files in parts) and its own model of how clerks
// of many countries spell a name (the files in habits), so it tests those of the matcher and is not tested by them. All people
// are synthetic (norms G16), and a nationality is drawn with the origin of a person as a whole, never read from a name (G6).
//
// The way in is [Register]: Register.At gives the row of a person, Register.Query the same person as another clerk writes them.
// [Pairs] gives labelled pairs, [NewList] a published list. [ReadRows], [ReadPairs] and their writers are the files of
// amana identity rank and amana identity eval.
package trial
