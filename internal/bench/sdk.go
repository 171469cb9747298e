package bench

import (
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	metastudio "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/metastudio/v1"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/metastudio/v1/model"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// pageSize is the most jobs that the service lists on a page.
const pageSize = 100

// SDKLoop returns a function that reads the list of a service as users of the vendor's SDK do: one
// page after the other, each from where the one before ended, until as many jobs are there as the
// service counts.
func SDKLoop(url string) (func() ([]model.TrainingJobBasicInfo, error), error) {
	credential, err := basic.NewCredentialsBuilder().
		WithAk(emulator.AccessKey).WithSk(emulator.SecretKey).WithProjectId(emulator.ProjectID).SafeBuild()
	if err != nil {
		return nil, err
	}
	http, err := metastudio.MetaStudioClientBuilder().
		WithEndpoints([]string{url}).WithCredential(credential).SafeBuild()
	if err != nil {
		return nil, err
	}
	client := metastudio.NewMetaStudioClient(http)
	return func() ([]model.TrainingJobBasicInfo, error) {
		var jobs []model.TrainingJobBasicInfo
		limit := int32(pageSize)
		for {
			offset := int32(len(jobs)) //nolint:gosec // lists of benchmarks are shorter
			page, err := client.List2dModelTrainingJob(&model.List2dModelTrainingJobRequest{Offset: &offset, Limit: &limit})
			if err != nil {
				return nil, err
			}
			jobs = append(jobs, *page.Jobs...)
			if len(*page.Jobs) == 0 || len(jobs) >= int(*page.Count) {
				return jobs, nil
			}
		}
	}, nil
}
