package credentials_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails if a goroutine outlives the tests: a sign-in that nobody waits for has to end.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
