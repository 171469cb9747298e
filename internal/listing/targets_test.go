package listing_test

// target is what the readings of a class may do at most.
type target struct {
	lost, failed float64 // shares of the readings
	over         float64 // requests over the ideal, in the mean; 0 where any number will do
	extra        int     // requests that every reading may make besides
	most         int     // requests of a single reading; 0 where they are bounded by bound alone
	loose        bool    // a single reading may cost twenty times as much as bound says
	fails        bool    // every reading has to fail
}

// bound is how many requests a single reading may cost, whatever the service answers: twice the
// ideal number and 32, and those in flight by then. Lists that are read several times until two
// readings agree may cost that each time.
func (t *target) bound(ideal int) int {
	bound := 2*ideal + 32 + inFlight
	switch {
	case t.most > 0:
		return t.most
	case t.loose:
		return 20 * bound
	default:
		return bound
	}
}

// faithfulService returns the targets of services that do what is asked: over the ideal at rest,
// and over it while the list changes, and which share may fail then.
func faithfulService(rest, changing, failed float64) func(rate float64) target {
	return func(rate float64) target {
		switch {
		case rate == 0:
			return target{over: rest}
		case rate <= 0.1:
			return target{over: changing, failed: failed}
		default:
			return target{failed: 0.2}
		}
	}
}

// oddService is the target of services that do not do what is asked, in a way that can be
// recognised.
func oddService(rate float64) target {
	if rate > 0.1 {
		return target{failed: 0.2}
	}
	return target{over: 2.6, failed: 0.02}
}

// movingRows is the target of lists in which rows move. At rest they may cost one more request: the
// end to which rows move has to be read after all else.
func movingRows(rate float64) target {
	t := faithfulService(1.05, 1.6, 0.01)(rate)
	if rate == 0 {
		t.extra = 1
	}
	return t
}

// neverLost is the target of what cannot always be read: the reading may fail after bounded work,
// but no row is ever lost.
func neverLost(float64) target { return target{failed: 1, loose: true} }

// readAtRest is neverLost for lists that change. At rest they can be read.
func readAtRest(rate float64) target {
	t := neverLost(rate)
	if rate == 0 {
		t.failed = 0
	}
	return t
}
