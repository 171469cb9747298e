package emulator

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Flood is a body that is made while it is sent, so that a large one needs no memory here: Prefix,
// then Item Count times with Separator in between, then Suffix.
type Flood struct {
	Prefix string
	// Item is repeated. "{n}" in it stands for the number of the repetition, from 1.
	Item      string
	Separator string
	Count     int
	Suffix    string
}

// itemNumber stands for the number of a repetition.
const itemNumber = "{n}"

// floodOfJobs is a page of about hostileBody bytes whose jobs are all the same row, such as "{}" or
// "null".
func floodOfJobs(row string) *Flood {
	return &Flood{
		Prefix: `{"count":1,"jobs":[`, Item: row, Separator: ",", Count: hostileBody / (len(row) + 1), Suffix: "]}",
	}
}

// FloodOfTags is a page of one job with n tags.
func FloodOfTags(n int) *Flood {
	return &Flood{
		Prefix: `{"count":1,"jobs":[{"job_id":"flood","name":"flood","state":"TRAINING","create_time":"2026-01-01T00:00:00Z","tags":[`,
		Item:   `"t"`, Separator: ",", Count: n, Suffix: "]}]}",
	}
}

// FloodOfLogs is a single job with n operation logs.
func FloodOfLogs(n int) *Flood {
	return &Flood{
		Prefix: `{"job_id":"flood","name":"flood","state":"TRAINING","operation_logs":[`,
		Item:   `{"log_type":"a"}`, Separator: ",", Count: n, Suffix: "]}",
	}
}

// FloodOfProjects is IAM's list of n projects, all with the name of Region and ids of their own.
func FloodOfProjects(n int) *Flood {
	return &Flood{
		Prefix: `{"projects":[`, Item: `{"id":"{n}","name":"` + Region + `","domain_id":"` + DomainID + `"}`,
		Separator: ",", Count: n, Suffix: `],"links":{}}`,
	}
}

// floodOfText is an error body in the gateway's shape whose text is about size bytes of text, which
// must not need escaping in JSON.
func floodOfText(code, text string, size int) *Flood {
	return &Flood{
		Prefix: `{"error_code":"` + code + `","error_msg":"`, Item: text, Count: size / max(len(text), 1), Suffix: `"}`,
	}
}

// floodOfCredential is a reply of the metadata service, of IAM or of STS, by call, whose secret key
// has hostileBody bytes.
func floodOfCredential(call string) *Flood {
	if call == CallAssumeRole || call == CallAssumeRoleWithOIDC {
		return &Flood{Prefix: `{"credentials":{"access_key_id":"HSTFLOOD","secret_access_key":"`, Item: "A", Count: hostileBody, Suffix: `"}}`}
	}
	return &Flood{Prefix: `{"credential":{"access":"HSTFLOOD","secret":"`, Item: "A", Count: hostileBody, Suffix: `"}}`}
}

// send writes the body, in blocks.
func (f *Flood) send(w io.Writer) error {
	if _, err := io.WriteString(w, f.Prefix); err != nil {
		return err
	}
	var err error
	if strings.Contains(f.Item, itemNumber) {
		err = f.sendNumbered(w)
	} else {
		err = f.sendEqual(w)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, f.Suffix)
	return err
}

// floodBlock is about how many bytes are written at once.
const floodBlock = 32 << 10

func (f *Flood) sendEqual(w io.Writer) error {
	if f.Count <= 0 {
		return nil
	}
	item := f.Item + f.Separator
	perBlock := min(f.Count, floodBlock/max(len(item), 1)+1)
	block := strings.Repeat(item, perBlock)
	// The last item has no separator behind it.
	for left := f.Count - 1; left > 0; left -= perBlock {
		if _, err := io.WriteString(w, block[:len(item)*min(left, perBlock)]); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, f.Item)
	return err
}

func (f *Flood) sendNumbered(w io.Writer) error {
	var block strings.Builder
	for n := 1; n <= f.Count; n++ {
		block.WriteString(strings.ReplaceAll(f.Item, itemNumber, strconv.Itoa(n)))
		if n < f.Count {
			block.WriteString(f.Separator)
		}
		if block.Len() >= floodBlock || n == f.Count {
			if _, err := io.WriteString(w, block.String()); err != nil {
				return fmt.Errorf("item %d: %w", n, err)
			}
			block.Reset()
		}
	}
	return nil
}
