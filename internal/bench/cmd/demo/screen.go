package main

import (
	"fmt"
	"io"
)

// screen is where the demo is shown.
type screen struct {
	w     io.Writer
	color bool
}

// Styles of the terminal.
const (
	title = "1;36"
	red   = "1;31"
	green = "1;32"
)

// styled returns a text in a style, if the screen has colors.
func (s *screen) styled(style, text string) string {
	if !s.color {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func (s *screen) heading(format string, values ...any) {
	s.print("%s\n", s.styled(title, fmt.Sprintf(format, values...)))
}

func (s *screen) print(format string, values ...any) { fmt.Fprintf(s.w, format, values...) }
