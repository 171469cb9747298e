package credentials

import "testing"

func TestParseProviderURN(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		urn, domainID, name string
		ok                  bool
	}{
		{"iam::d1:oidcProvider:github", "d1", "github", true},
		{"iam::d1:oidcProvider:a:b", "d1", "a:b", true},
		{"github", "", "", false},
		{"", "", "", false},
		{"d1:oidcProvider:github", "", "", false},
		{"urn:iam::d1:oidcProvider:github", "", "", false},
		{"iam::d1:samlProvider:github", "", "", false},
		{"iam:::oidcProvider:github", "", "", false},
		{"iam::d1:oidcProvider:", "", "", false},
	} {
		t.Run(test.urn, func(t *testing.T) {
			t.Parallel()
			domainID, name, ok := ParseProviderURN(test.urn)
			if ok != test.ok || ok && (domainID != test.domainID || name != test.name) {
				t.Errorf("got %q, %q, %t", domainID, name, ok)
			}
		})
	}
}
