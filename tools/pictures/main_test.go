package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestNormalized(t *testing.T) {
	const shown = "Terraform v1.11.4 applies\n  this provider     9 requests, 504 jobs, none lost\nhttp://127.0.0.1:1234/v1\nRequest ID: 0f\n"
	for _, test := range []struct {
		name, other string
		same        bool
	}{
		{"the same", shown, true},
		{"OpenTofu", strings.Replace(shown, "Terraform v1.11.4", "OpenTofu v1.12.6-dev", 1), true},
		{"requests", strings.Replace(shown, "9 requests, 504", "10 requests, 509", 1), true},
		{"port", strings.Replace(shown, "1234", "40123", 1), true},
		{"request ID", strings.Replace(shown, "0f", "a1b2", 1), true},
		{"losses", strings.Replace(shown, "none lost", "1 lost", 1), false},
		{"another text", strings.Replace(shown, "applies", "plans", 1), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if same := normalized([]byte(test.other)) == normalized([]byte(shown)); same != test.same {
				t.Errorf("the same: %t, want %t", same, test.same)
			}
		})
	}
}

// newPictures returns pictures of a directory whose assets/ has one file.
func newPictures(t *testing.T, name, content string) *pictures {
	t.Helper()
	p := &pictures{root: t.TempDir()}
	if err := os.Mkdir(filepath.Join(p.root, "assets"), 0o700); err != nil {
		t.Fatal(err)
	}
	if name != "" {
		if err := os.WriteFile(p.asset(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestReadLosses(t *testing.T) {
	line := func(reader, class string, pages int) string {
		return fmt.Sprintf(`{"reader":%q,"class":%q,"changes_per_request":0.1,"pages":%d,"readings":10,"lost":1,"lost_rows":2,"failed":0}`+"\n", reader, class, pages)
	}
	naive, listing := line("naive", lossClass, lossPages), line("listing", lossClass, lossPages)
	for _, test := range []struct {
		name, content, fails string
		want                 []string
	}{
		{"both readers", naive + listing, "", []string{"naive", "listing"}},
		{"other lists", line("naive", lossClass, 40) + naive + line("listing", "count lies", lossPages) + listing, "", []string{"naive", "listing"}},
		{"no reading of ours", naive, "by listing", nil},
		{"no naive reading", listing, "by naive", nil},
		{"another reader", naive + listing + line("mine", lossClass, lossPages), `readings by "mine"`, nil},
		{"no readings", strings.Replace(naive, `"readings":10`, `"readings":0`, 1) + listing, "0 readings", nil},
		{"no JSON", naive + "{", "assets/losses.jsonl: ", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			figures, err := newPictures(t, "losses.jsonl", test.content).readLosses()
			if test.fails != "" {
				if err == nil || !strings.Contains(err.Error(), test.fails) {
					t.Fatalf("error %v, want %q", err, test.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, one := range figures {
				got = append(got, one.Reader)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("readings by %q, want %q", got, test.want)
			}
		})
	}
}

func TestReadLossesWithoutFile(t *testing.T) {
	_, err := newPictures(t, "", "").readLosses()
	if err == nil || !strings.Contains(err.Error(), "run 'make table'") {
		t.Errorf("error %v, want what to run", err)
	}
}

// TestPut holds that -check writes nothing and finds what is not current.
func TestPut(t *testing.T) {
	p := newPictures(t, "a", "old")
	if err := p.put(p.asset("a"), []byte("new")); err != nil {
		t.Fatal(err)
	}
	p.check = true
	if err := p.put(p.asset("a"), []byte("new")); err != nil {
		t.Errorf("what is current is refused: %v", err)
	}
	if err := p.put(p.asset("a"), []byte("newer")); err == nil {
		t.Error("what is not current passes")
	}
	if content, err := os.ReadFile(p.asset("a")); err != nil || string(content) != "new" {
		t.Errorf("the file has %q (%v)", content, err)
	}
}

func TestFill(t *testing.T) {
	const text = "a\n<!-- BEGIN x -->\nold\n<!-- END x -->\nb\n"
	got, err := fill(text, "x", "new\n")
	if want := strings.Replace(text, "old", "new", 1); err != nil || got != want {
		t.Errorf("%q (%v), want %q", got, err, want)
	}
	if _, err := fill(text, "y", "new\n"); err == nil {
		t.Error("markers that are not there are found")
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 10_007: "10,007", 1_000_000: "1,000,000"} {
		if got := thousands(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
