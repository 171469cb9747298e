package emulator

import (
	"encoding/json"
	"slices"
)

// Job is a training job: first the fields of the listing, then what the service knows but the
// listing does not show. A nil field is absent from the reply; a list that is empty but not nil is
// served as [].
type Job struct {
	JobID                    string   `json:"job_id"`
	Name                     string   `json:"name"`
	State                    string   `json:"state"`
	AssetID                  *string  `json:"asset_id,omitempty"`
	ProjectID                *string  `json:"project_id,omitempty"`
	CoverDownloadURL         *string  `json:"cover_download_url,omitempty"`
	LastUpdateTime           *string  `json:"last_update_time,omitempty"`
	CreateTime               *string  `json:"create_time,omitempty"`
	Contact                  *string  `json:"contact,omitempty"`
	BatchName                *string  `json:"batch_name,omitempty"`
	Tags                     []string `json:"tags,omitzero"`
	ModelVersion             *string  `json:"model_version,omitempty"`
	MattingType              *string  `json:"matting_type,omitempty"`
	ModelResolution          *string  `json:"model_resolution,omitempty"`
	AppUserID                *string  `json:"app_user_id,omitempty"`
	IsFlexus                 *bool    `json:"is_flexus,omitempty"`
	IsLiveCopy               *bool    `json:"is_live_copy,omitempty"`
	IsFastFlexus             *bool    `json:"is_fast_flexus,omitempty"`
	IsOnlyHumanModel         *bool    `json:"is_only_human_model,omitempty"`
	OptionalTrainingLocation []string `json:"optional_training_location,omitzero"`
	IsBackgroundReplacement  *bool    `json:"is_background_replacement,omitempty"`
	IsOndemandResource       *bool    `json:"is_ondemand_resource,omitempty"`

	// TrainLocation is what the parameter train_location selects by.
	TrainLocation string `json:"-"`
	// AssetOrder is what the sort key asset_order sorts by.
	AssetOrder int `json:"-"`
	// Raw, if set, is served in the listing in place of the fields.
	Raw json.RawMessage `json:"-"`
	// Detail, if set, is what the detail call adds to the fields; otherwise it is made up.
	Detail *Detail `json:"-"`
}

// clone returns a copy that shares nothing a caller might change in place.
func (j *Job) clone() Job {
	c := *j
	for _, field := range []**string{
		&c.AssetID, &c.ProjectID, &c.CoverDownloadURL, &c.LastUpdateTime, &c.CreateTime, &c.Contact, &c.BatchName,
		&c.ModelVersion, &c.MattingType, &c.ModelResolution, &c.AppUserID,
	} {
		if *field != nil {
			*field = new(**field)
		}
	}
	for _, field := range []**bool{
		&c.IsFlexus, &c.IsLiveCopy, &c.IsFastFlexus, &c.IsOnlyHumanModel, &c.IsBackgroundReplacement, &c.IsOndemandResource,
	} {
		if *field != nil {
			*field = new(**field)
		}
	}
	c.Tags = slices.Clone(c.Tags)
	c.OptionalTrainingLocation = slices.Clone(c.OptionalTrainingLocation)
	c.Raw = slices.Clone(c.Raw)
	return c
}

// stringValue returns a field's value, "" when it is absent.
func stringValue(field *string) string {
	if field == nil {
		return ""
	}
	return *field
}

// isTrue reports whether a flag is set; absent counts as false.
func isTrue(flag *bool) bool { return flag != nil && *flag }
