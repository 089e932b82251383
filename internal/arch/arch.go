// Package arch is the test of the house: it reads the tables of ARCHITECTURE.md and holds the code against them, so that the
// page and the program cannot drift apart. It has nothing that a program could import.
package arch
