terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

# The access key is in the environment, as HW_ACCESS_KEY and HW_SECRET_KEY. Do not
# write it here: everybody who can read this file would have it.
provider "metastudio" {
  region = "cn-north-4"
}

data "metastudio_avatar_training_jobs" "all" {}

output "total_count" {
  value = data.metastudio_avatar_training_jobs.all.total_count
}
