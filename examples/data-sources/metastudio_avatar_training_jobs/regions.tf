terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

provider "metastudio" {
  region = "cn-north-4"
}

# A data source can read another region than the provider's. Each region has jobs
# and a project of its own. The provider looks the project up.
data "metastudio_avatar_training_jobs" "by_region" {
  for_each = toset(["cn-north-4", "cn-east-3"])

  region = each.key
}

output "count_by_region" {
  value = { for region, list in data.metastudio_avatar_training_jobs.by_region : region => list.total_count }
}

output "project_by_region" {
  value = { for region, list in data.metastudio_avatar_training_jobs.by_region : region => list.project_id }
}
