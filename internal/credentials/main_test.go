package credentials_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain refuses goroutines that outlive the tests: a sign-in that nobody waits
// for any more has to end.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
