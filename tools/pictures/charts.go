package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image/color"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	width  = 18 * vg.Centimeter
	height = 10 * vg.Centimeter
)

// theme is the colors of a chart, one for light and one for dark pages.
type theme struct {
	suffix                       string
	background, foreground, grid color.Color
}

var themes = []theme{
	{"", gray(0xff), gray(0x24), gray(0xe0)},
	{"-dark", color.RGBA{0x0d, 0x11, 0x17, 0xff}, gray(0xe0), gray(0x30)},
}

func gray(level uint8) color.Color { return color.RGBA{level, level, level, 0xff} }

// line is a line of a chart.
type line struct {
	name   string
	color  color.Color
	dashed bool
	points plotter.XYs
}

// Colors that people who are color-blind can tell apart, on light and dark.
var (
	blue   = color.RGBA{0x1f, 0x8d, 0xd6, 0xff}
	orange = color.RGBA{0xe0, 0x6c, 0x1f, 0xff}
	green  = color.RGBA{0x1a, 0xa1, 0x79, 0xff}
)

// plans draws how long a plan takes of lists of different lengths.
func (p *pictures) plans() error {
	figures, err := p.readBench()
	if err != nil {
		return err
	}
	lines := []line{
		{name: "the usual provider", color: orange},
		{name: "hashicorp/http", color: green},
		{name: "this provider", color: blue},
		{name: "Terraform alone", color: gray(0x88), dashed: true},
	}
	index := map[string]int{"usual": 0, "http": 1, "provider": 2, "precomputed": 3}
	var jobs, seconds []float64
	for _, figure := range figures.Plans {
		i, known := index[figure.Reader]
		if !known {
			return fmt.Errorf("assets/bench.json: the reader %q is not known", figure.Reader)
		}
		lines[i].points = append(lines[i].points, plotter.XY{X: float64(figure.Jobs), Y: figure.Seconds})
		jobs, seconds = append(jobs, float64(figure.Jobs)), append(seconds, figure.Seconds)
	}
	return p.draw("plans", lines, func(chart *plot.Plot) {
		chart.Title.Text = "Time of a plan that reads a list"
		chart.X.Label.Text, chart.Y.Label.Text = "jobs", "seconds"
		logarithmic(&chart.X, jobs, []float64{100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000})
		logarithmic(&chart.Y, seconds, []float64{0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100})
	})
}

// losses draws how many jobs are lost of lists that change.
func (p *pictures) losses() error {
	figures, err := p.readLosses()
	if err != nil {
		return err
	}
	lines := []line{{name: "one page after the other", color: orange}, {name: "this provider", color: blue}}
	for _, figure := range figures {
		of := &lines[0]
		if figure.Reader == "listing" {
			of = &lines[1]
		}
		of.points = append(of.points, plotter.XY{X: figure.ChangesPerRequest, Y: float64(figure.LostRows) / float64(figure.Readings)})
	}
	return p.draw("losses", lines, func(chart *plot.Plot) {
		chart.Title.Text = fmt.Sprintf("Jobs lost from a list of %d pages that changes", lossPages)
		chart.X.Label.Text, chart.Y.Label.Text = "changes of the list for each request", "lost jobs in a reading"
		chart.Y.Min = 0
	})
}

// logarithmic makes an axis logarithmic, with those of the ticks that are near the values.
func logarithmic(axis *plot.Axis, values, ticks []float64) {
	axis.Scale = plot.LogScale{}
	axis.Min, axis.Max = slices.Min(values), slices.Max(values)
	for i, tick := range ticks {
		if i+1 < len(ticks) && ticks[i+1] > axis.Min && tick < axis.Min {
			axis.Min = tick
		}
		if i > 0 && ticks[i-1] < axis.Max && tick > axis.Max {
			axis.Max = tick
		}
	}
	var shown plot.ConstantTicks
	for _, tick := range ticks {
		if tick >= axis.Min && tick <= axis.Max {
			shown = append(shown, plot.Tick{Value: tick, Label: label(tick)})
		}
	}
	axis.Tick.Marker = shown
}

// label returns the text of a tick.
func label(tick float64) string {
	if tick >= 1000 {
		return thousands(int(tick))
	}
	return strconv.FormatFloat(tick, 'f', -1, 64)
}

// draw draws a chart in each theme.
func (p *pictures) draw(name string, lines []line, describe func(*plot.Plot)) error {
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	for _, theme := range themes {
		chart := theme.newPlot()
		for _, line := range lines {
			slices.SortFunc(line.points, func(a, b plotter.XY) int { return cmp.Compare(a.X, b.X) })
			drawn, points, err := plotter.NewLinePoints(line.points)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", name, line.name, err)
			}
			drawn.Color, drawn.Width = line.color, vg.Points(2)
			points.Color, points.Shape, points.Radius = line.color, draw.CircleGlyph{}, vg.Points(3)
			if line.dashed {
				drawn.Dashes = []vg.Length{vg.Points(5), vg.Points(4)}
			}
			chart.Add(drawn, points)
			chart.Legend.Add(line.name, drawn, points)
		}
		describe(chart)

		canvas := vgsvg.New(width, height)
		whole := draw.New(canvas)
		whole.SetColor(theme.background)
		whole.Fill(whole.Rectangle.Path())
		chart.Draw(draw.Crop(whole, 12, -12, 12, -12))
		var svg bytes.Buffer
		if _, err := canvas.WriteTo(&svg); err != nil {
			return err
		}
		if err := p.put(p.asset(name+theme.suffix+".svg"), svg.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// newPlot returns an empty chart in the colors of the theme.
func (t theme) newPlot() *plot.Plot {
	chart := plot.New()
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = t.grid, t.grid
	chart.Add(grid)
	chart.BackgroundColor = t.background
	chart.Title.TextStyle.Color = t.foreground
	chart.Title.TextStyle.Font.Size = 14
	chart.Title.Padding = vg.Points(8)
	chart.Legend.TextStyle.Color = t.foreground
	chart.Legend.Top, chart.Legend.Left = true, true
	chart.Legend.Padding, chart.Legend.XOffs = vg.Points(3), vg.Points(10)
	for _, axis := range []*plot.Axis{&chart.X, &chart.Y} {
		axis.Color, axis.Tick.Color = t.foreground, t.foreground
		axis.Label.TextStyle.Color, axis.Tick.Label.Color = t.foreground, t.foreground
		axis.Label.Padding = vg.Points(6)
	}
	return chart
}
