package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// regions are those that MetaStudio is known to be in.
// Source: the API reference of MetaStudio, "Endpoints" and "Throttling".
func regions() []string { return []string{"cn-north-4", "cn-east-3", "ap-southeast-3"} }

// resolutions are those that MetaStudio is known to train models for. Source: the API reference of
// List2dModelTrainingJob.
func resolutions() []string { return []string{"1080P", "4K"} }

// nearestName returns the known name that a misspelt one is likely to mean, "" if none is near.
func nearestName(name string, known []string) string {
	fold := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, "-", "_")) }
	nearest, least := "", 0
	for _, candidate := range known {
		distance := levenshtein.Distance(fold(name), fold(candidate), nil)
		// A third of the characters may differ: with more, short names would all be near.
		if near := 3*distance <= max(len(name), len(candidate)); near && (nearest == "" || distance < least) {
			nearest, least = candidate, distance
		}
	}
	return nearest
}

// didYouMean asks for the known name that is near, as the end of a sentence; "" if none is.
func didYouMean(name string, known []string) string {
	if nearest := nearestName(name, known); nearest != "" {
		return fmt.Sprintf("; did you mean %q?", nearest)
	}
	return "."
}

// unknownName is a name in a configuration that may be misspelt, and is used all the same.
type unknownName struct {
	// at is the argument that holds it; empty if its line may show a secret.
	at path.Path
	// text is a warning about the name, with the known name that may be meant.
	text string
}

// unknownRegion returns a region that MetaStudio is not known to be in; none for one that is not
// set or refused anyway.
func unknownRegion(at path.Path, region string) []unknownName {
	if !regionPattern.MatchString(region) || slices.Contains(regions(), region) {
		return nil
	}
	return []unknownName{{at, fmt.Sprintf("MetaStudio is not known to be in the region %q%s The known regions are %s.",
		region, didYouMean(region, regions()), enumerate(regions(), "and"))}}
}

// warnOfNames makes one warning of all the unknown names of a block.
func warnOfNames(names []unknownName) diag.Diagnostics {
	if len(names) == 0 {
		return nil
	}
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = name.text
	}
	const summary = "Unknown name"
	text := strings.Join(texts, "\n\n")
	if len(names) == 1 && len(names[0].at.Steps()) > 0 {
		return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(names[0].at, summary, text)}
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(summary, text)} // of the block
}

// namesWithHints quotes names that are not known, each with the one that it may mean.
func namesWithHints(names, known []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
		if nearest := nearestName(name, known); nearest != "" {
			quoted[i] += fmt.Sprintf(" (did you mean %q?)", nearest)
		}
	}
	return enumerate(quoted, "and")
}

// enumerate joins names as a sentence has them, with the word before the last one.
func enumerate(names []string, word string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + word + " " + names[last]
}
