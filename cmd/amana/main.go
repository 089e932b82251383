// Command amana keeps the custody of people in double entry. See package cli for its commands.
package main

import (
	"os"

	"amana/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
