package emulator

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var requests inFlight
		start := time.Now()
		if !requests.enter() {
			t.Fatal("refused before it was closed")
		}
		closed := make(chan time.Duration)
		go func() {
			requests.close(time.Hour)
			closed <- time.Since(start)
		}()
		synctest.Wait()
		if requests.enter() {
			t.Error("entered after it was closed")
		}
		requests.close(time.Hour)
		if waited := time.Since(start); waited > 0 {
			t.Errorf("closed again, it waits for %s", waited)
		}
		time.Sleep(time.Minute)
		requests.leave()
		if waited := <-closed; waited != time.Minute {
			t.Errorf("close returned after %s", waited)
		}
	})
}

func TestInFlightGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var requests inFlight
		requests.enter()
		start := time.Now()
		if requests.close(time.Minute); time.Since(start) != time.Minute {
			t.Errorf("close returned after %s", time.Since(start))
		}
		requests.leave()
	})
}
