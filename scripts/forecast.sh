#!/usr/bin/env bash
# Measures the engine of the forecast: a year of 7,000 people a week, a hundred times, and events a second on plain models.
#
#   scripts/forecast.sh
#
#   SIMGO=FOLDER       a checkout of github.com/fschuetz04/simgo: its own examples, the bank and the clocks, run in the same run, built
#                      in a module of their own in a temporary folder; what they print is left out, and their events are counted
#   CUSTOMERS=1000000  customers of the bank, and ticks of the clocks
set -euo pipefail
[ -z "${SIMGO:-}" ] || SIMGO=$(realpath "$SIMGO")
cd "$(dirname "$0")/.."

customers=${CUSTOMERS:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

bin/amana bench forecast --customers "$customers" | tee "$work/ours"
[ -n "${SIMGO:-}" ] || exit 0

cat >"$work/go.mod" <<-END
	module simgopeer

	go 1.21

	require github.com/fschuetz04/simgo v0.0.0

	replace github.com/fschuetz04/simgo => $SIMGO
END
cat >"$work/main.go" <<-'END'
	// The examples "bank" and "clocks" of simgo with the numbers that they have there, without printing. Each step of the simulation is an event.
	package main

	import (
		"fmt"
		"math/rand"
		"os"
		"strconv"
		"syscall"

		"github.com/fschuetz04/simgo"
	)

	var customers, served, lost int

	func customer(proc simgo.Process, counters *simgo.Resource) {
		request := counters.Request()
		proc.Wait(proc.AnyOf(request, proc.Timeout(16)))
		if !request.Triggered() {
			request.Abort()
			lost++
			return
		}
		proc.Wait(proc.Timeout(rand.ExpFloat64() * 12))
		counters.Release()
		served++
	}

	func source(proc simgo.Process) {
		counters := simgo.NewResource(proc.Simulation, 1)
		for i := 0; i < customers; i++ {
			proc.ProcessReflect(customer, counters)
			proc.Wait(proc.Timeout(rand.ExpFloat64() * 10))
		}
	}

	func clock(proc simgo.Process, delay float64) {
		for {
			served++
			proc.Wait(proc.Timeout(delay))
		}
	}

	func cpu() float64 {
		var u syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}

	func run(model, of string, sim *simgo.Simulation, going func() bool) {
		served, lost = 0, 0
		events, before := 0, cpu()
		for going() && sim.Step() {
			events++
		}
		took := cpu() - before
		fmt.Printf("%-9s %9d %-12s %10d events %8.3f s of processor %11.0f events/s\n", model, served+lost, of, events, took, float64(events)/took)
	}

	func main() {
		customers, _ = strconv.Atoi(os.Args[1])
		bank := simgo.NewSimulation()
		bank.Process(source)
		run("bank", "customers", bank, func() bool { return true })
		clocks := simgo.NewSimulation()
		clocks.ProcessReflect(clock, 2)
		clocks.ProcessReflect(clock, 1)
		run("clocks", "ticks", clocks, func() bool { return served < customers })
	}
END
(cd "$work" && GOFLAGS=-mod=mod GOPROXY=off go build -o simgopeer .)
echo "simgo:"
"$work/simgopeer" "$customers" | tee "$work/theirs"

# Our events are fewer for the same bank, so the ratio of what both did, customers and ticks, is printed beside that of events.
awk 'NR == FNR { for (i = 1; i < NF; i++) if ($i == "s") { seconds[$1] = $(i - 1); break }; done[$1] = $2; rate[$1] = $(NF - 1); next }
	{ for (i = 1; i < NF; i++) if ($i == "s") { theirs = $(i - 1); break }
	  printf "%-9s amana : simgo  %.1f in events/s, %.1f in %s/s\n", $1, rate[$1] / $(NF - 1), (done[$1] / seconds[$1]) / ($2 / theirs), $3 }' "$work/ours" "$work/theirs"
