package provider

import (
	"context"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The validators of this file write each error in the same way: what the argument must be, what it
// is, and what to do if it was not meant to be set. A validator's field unset is that last
// sentence.
var (
	_ validator.String = textLength{}
	_ validator.String = textPattern{}
	_ validator.String = oneOf{}
	_ validator.String = timeText{}
	_ validator.String = durationText{}
	_ validator.Set    = stateNames{}
	_ validator.Number = wholeNumber{}
	_ validator.Number = requestRate{}
	_ validator.List   = atMostOneBlock{}
)

// invalid returns the error of a value: what it must be, what it is, and more sentences, of which
// empty ones are left out.
func invalid(at path.Path, must, is string, more ...string) diag.Diagnostic {
	name := argumentAt(at)
	sentences := []string{name + " must be " + must + "; it is " + is + "."}
	for _, another := range more {
		if another != "" {
			sentences = append(sentences, another)
		}
	}
	if parent := at.ParentPath(); len(parent.Steps()) == 1 {
		at = parent // Terraform finds no line for an attribute of an object
	}
	return diag.NewAttributeErrorDiagnostic(at, "Invalid "+name, strings.Join(sentences, " "))
}

// argumentAt writes a path as a configuration has it, without the elements of sets.
func argumentAt(at path.Path) string {
	var steps []string
	for _, step := range at.Steps() {
		switch step := step.(type) {
		case path.PathStepAttributeName:
			steps = append(steps, string(step))
		case path.PathStepElementKeyInt:
			steps[len(steps)-1] += fmt.Sprintf("[%d]", int64(step))
		}
	}
	return strings.Join(steps, ".")
}

// quoteStart quotes what was given, up to the length that fits into a line.
func quoteStart(given string) string {
	const most = 60
	if runes := []rune(given); len(runes) > most {
		return strconv.Quote(string(runes[:most])) + "…"
	}
	return strconv.Quote(given)
}

// described has the descriptions that the framework requires of a validator. Nothing shows them.
type described struct{}

// Description implements validator.Describer.
func (described) Description(context.Context) string { return "" }

// MarkdownDescription implements validator.Describer.
func (described) MarkdownDescription(context.Context) string { return "" }

// textLength accepts a text of 1 to most characters.
type textLength struct {
	described

	most  int
	unset string
}

// ValidateString implements validator.String.
func (v textLength) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	must := fmt.Sprintf("1 to %d characters long", v.most)
	switch length := utf8.RuneCountInString(req.ConfigValue.ValueString()); {
	case length == 0:
		resp.Diagnostics.Append(invalid(req.Path, must, "empty", v.unset))
	case length > v.most:
		resp.Diagnostics.Append(invalid(req.Path, must, fmt.Sprintf("%d characters long", length)))
	}
}

// textPattern accepts a text that matches a pattern and has no more than most characters.
type textPattern struct {
	described

	pattern *regexp.Regexp
	most    int
	// must completes "must be".
	must  string
	unset string
}

// ValidateString implements validator.String.
func (v textPattern) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	switch text := req.ConfigValue.ValueString(); {
	case text == "":
		resp.Diagnostics.Append(invalid(req.Path, v.must, "empty", v.unset))
	case len(text) > v.most:
		resp.Diagnostics.Append(invalid(req.Path, v.must, fmt.Sprintf("%d characters long", utf8.RuneCountInString(text))))
	case !v.pattern.MatchString(text):
		resp.Diagnostics.Append(invalid(req.Path, v.must, quoteStart(text)))
	}
}

// oneOf accepts one of a few names.
type oneOf struct {
	described

	names []string
	unset string
}

// ValidateString implements validator.String.
func (v oneOf) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text, must := req.ConfigValue.ValueString(), quotedList(v.names)
	switch nearest := nearestName(text, v.names); {
	case slices.Contains(v.names, text):
	case text == "":
		resp.Diagnostics.Append(invalid(req.Path, must, "empty", v.unset))
	case nearest != "":
		resp.Diagnostics.Append(invalid(req.Path, must, quoteStart(text), fmt.Sprintf("Did you mean %q?", nearest)))
	default:
		resp.Diagnostics.Append(invalid(req.Path, must, quoteStart(text), v.unset))
	}
}

func quotedList(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = strconv.Quote(name)
	}
	return enumerate(list, "or")
}

// timeText accepts a time in the form of RFC 3339.
type timeText struct {
	described

	unset string
}

// ValidateString implements validator.String.
func (v timeText) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	const must = "an RFC 3339 time with an offset, such as 2026-01-31T08:00:00+08:00 or 2026-01-31T00:00:00Z"
	text := req.ConfigValue.ValueString()
	if text == "" {
		resp.Diagnostics.Append(invalid(req.Path, must, "empty", v.unset))
		return
	}
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		meant := ""
		if near, ok := nearestTime(text); ok {
			meant = fmt.Sprintf("Did you mean %q?", near.Format(time.RFC3339))
		}
		resp.Diagnostics.Append(invalid(req.Path, must, quoteStart(text), meant))
	}
}

// nearestTime parses forms of a time that people often write: a date, no offset, an offset without
// a colon, a space in place of the T, and seconds or milliseconds since 1970.
func nearestTime(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if number, err := strconv.ParseInt(text, 10, 64); err == nil {
		switch len(text) {
		case len("1700000000"):
			return time.Unix(number, 0).UTC(), true
		case len("1700000000000"):
			return time.UnixMilli(number).UTC(), true
		}
		return time.Time{}, false
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07", "2006-01-02T15:04Z07:00", time.RFC3339} {
		for _, tried := range []string{layout, strings.Replace(layout, "T", " ", 1)} {
			if read, err := time.Parse(tried, text); err == nil {
				return read, true
			}
		}
	}
	return time.Time{}, false
}

// durationText accepts a duration above 0.
type durationText struct {
	described

	unset string
}

// ValidateString implements validator.String.
func (v durationText) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	const must = `a duration above 0 with units, such as "30s", "5m" or "1h30m"`
	text := req.ConfigValue.ValueString()
	switch read, err := time.ParseDuration(text); {
	case text == "":
		resp.Diagnostics.Append(invalid(req.Path, must, "empty", v.unset))
	case err != nil:
		resp.Diagnostics.Append(invalid(req.Path, must, quoteStart(text)))
	case read <= 0:
		resp.Diagnostics.Append(invalid(req.Path, must, quoteStart(text)+", which leaves no time to read", v.unset))
	}
}

// stateNames accepts a set of states that the service can take: without commas in the names, since
// these join them, and not too long. It accepts any names, since the service adds states faster
// than providers are updated. Names that are not known lead to a warning about the whole block.
type stateNames struct {
	described

	unset string
}

// ValidateSet implements validator.Set.
func (v stateNames) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if len(req.ConfigValue.Elements()) == 0 {
		resp.Diagnostics.Append(invalid(req.Path, "a set of one name or more", "empty", v.unset))
		return
	}
	length := -len(",")
	for _, element := range req.ConfigValue.Elements() {
		state, ok := element.(types.String)
		if !ok || state.IsUnknown() {
			continue
		}
		name := state.ValueString()
		length += len(name) + len(",")
		switch {
		case state.IsNull() || name == "":
			resp.Diagnostics.Append(invalid(req.Path, "a set of names", "a set with an empty one", "Leave out that name.", v.unset))
		case strings.Contains(name, ","):
			resp.Diagnostics.Append(invalid(req.Path, "a set of names without commas", "a set with "+quoteStart(name), "Write that as several names."))
		}
	}
	if length > maxStatesLength {
		resp.Diagnostics.Append(invalid(req.Path, fmt.Sprintf("at most %d characters long in all, joined by commas", maxStatesLength), fmt.Sprintf("%d characters long", length),
			"List jobs in all states and keep those you want with a for expression, or split the states over several blocks."))
	}
}

// wholeNumber accepts a whole number in a range.
type wholeNumber struct {
	described

	least, most int64
	unset       string
}

// ValidateNumber implements validator.Number.
func (v wholeNumber) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	given := req.ConfigValue.ValueBigFloat()
	unset := ""
	if given.Sign() <= 0 {
		unset = v.unset
	}
	if number, accuracy := given.Int64(); accuracy != big.Exact || number < v.least || number > v.most {
		resp.Diagnostics.Append(invalid(req.Path, fmt.Sprintf("a whole number from %d to %d", v.least, v.most), given.Text('g', 12), unset))
	}
}

// requestRate accepts a request rate that makes sense.
type requestRate struct{ described }

// ValidateNumber implements validator.Number.
func (requestRate) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	given := req.ConfigValue.ValueBigFloat()
	if rate, _ := given.Float64(); rate < minRequestsPerSecond || rate > maxRequestsPerSecond {
		resp.Diagnostics.Append(invalid(req.Path, fmt.Sprintf("from %g to %d requests per second", minRequestsPerSecond, maxRequestsPerSecond), given.Text('g', 12),
			fmt.Sprintf("Leave it out for %d.", defaultRequestsPerSecond)))
	}
}

// atMostOneBlock refuses a second block.
type atMostOneBlock struct{ described }

// ValidateList implements validator.List.
func (atMostOneBlock) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if count := len(req.ConfigValue.Elements()); count > 1 {
		name := argumentAt(req.Path)
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+name,
			fmt.Sprintf("Only one block %s is possible; there are %d. Remove the others, or put them into provider blocks of their own with an alias.", name, count))
	}
}

// int64Of returns a number that wholeNumber has accepted, 0 for null.
func int64Of(number types.Number) int64 {
	if number.IsNull() || number.IsUnknown() {
		return 0
	}
	value, _ := number.ValueBigFloat().Int64()
	return value
}
