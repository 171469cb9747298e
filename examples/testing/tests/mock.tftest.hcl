# Needs no service: the jobs are in this file. Needs Terraform 1.7.

mock_provider "metastudio" {}

run "complete_batch" {
  override_module {
    target = module.batch
    outputs = {
      jobs = [
        { job_id = "job-1", state = "JOB_SUCCESS", asset_id = "asset-1" },
        { job_id = "job-2", state = "JOB_FINISH", asset_id = "asset-2" },
      ]
    }
  }

  assert {
    condition     = output.ready == { job-1 = "asset-1", job-2 = "asset-2" }
    error_message = "Both jobs are finished, so both assets are ready."
  }

  assert {
    condition     = output.is_complete
    error_message = "All jobs are finished, so the batch is complete."
  }
}

run "incomplete_batch" {
  override_module {
    target = module.batch
    outputs = {
      jobs = [
        { job_id = "job-1", state = "JOB_SUCCESS", asset_id = "asset-1" },
        { job_id = "job-2", state = "TRAINING", asset_id = null },
      ]
    }
  }

  assert {
    condition     = output.ready == { job-1 = "asset-1" }
    error_message = "Only the finished job is ready."
  }

  assert {
    condition     = !output.is_complete
    error_message = "A batch with a job in training is not complete."
  }
}

# override_data can set total_count, region and project_id. Terraform leaves a list
# of nested objects empty, so that this batch has no jobs.
run "empty_batch" {
  command = plan

  override_data {
    target = module.batch.data.metastudio_avatar_training_jobs.this
    values = {
      total_count = 0
    }
  }

  expect_failures = [output.ready]
}
