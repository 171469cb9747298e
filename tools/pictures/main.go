// Command pictures writes what the README shows of the demo and of the benchmarks: the picture of
// the demo's output, charts, and the parts of the README between markers. With -check it writes
// nothing, and fails if something is not current.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("pictures", flag.ContinueOnError)
	root := flags.String("root", "../..", "`directory` of the repository")
	demo := flags.String("demo", "", "`file` with what the demo has just printed, in color")
	check := flags.Bool("check", false, "write nothing; fail if a file is not current")
	if err := flags.Parse(args); err != nil {
		return err
	}
	p := &pictures{root: *root, check: *check}
	if err := errors.Join(p.demo(ctx, *demo), p.plans(), p.losses()); err != nil {
		return err
	}
	return p.readme()
}

// pictures writes or checks the files.
type pictures struct {
	root  string
	check bool
}

// asset returns the path of a file in assets/.
func (p *pictures) asset(name string) string { return filepath.Join(p.root, "assets", name) }

// put writes a file, or checks that it has this content.
func (p *pictures) put(path string, content []byte) error {
	if !p.check {
		return os.WriteFile(path, content, 0o644)
	}
	have, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, content) {
		return fmt.Errorf("%s is not current; run 'make pictures'", path)
	}
	return nil
}
