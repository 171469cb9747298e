terraform {
  required_version = ">= 1.10"

  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

provider "metastudio" {
  region = "cn-north-4"
}

# Stored: which jobs are done.
data "metastudio_avatar_training_jobs" "finished" {
  state = ["JOB_SUCCESS", "JOB_FINISH"]
}

# Not stored: the cover URLs, which are signed anew for this run.
ephemeral "metastudio_avatar_training_jobs" "finished" {
  state = ["JOB_SUCCESS", "JOB_FINISH"]
}

# Downloads the covers again whenever the set of finished jobs has changed.
resource "terraform_data" "covers" {
  triggers_replace = sort(data.metastudio_avatar_training_jobs.finished.jobs[*].job_id)

  provisioner "local-exec" {
    command = <<-EOT
      mkdir -p covers
      printf '%s\n' "$COVERS" | while read -r job_id url; do
        curl --fail --silent --show-error --output "covers/$job_id" "$url" || exit 1
      done
    EOT

    environment = {
      COVERS = join("\n", [
        for job in ephemeral.metastudio_avatar_training_jobs.finished.jobs :
        "${job.job_id} ${job.cover_download_url}" if job.cover_download_url != null
      ])
    }
  }
}
