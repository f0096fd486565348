"""The pages of the desk."""

from siklus.desk.assignment.urls import urlpatterns as assignment
from siklus.desk.automations.urls import urlpatterns as automations
from siklus.desk.board.urls import urlpatterns as board
from siklus.desk.calendar.urls import urlpatterns as calendar
from siklus.desk.closing.urls import urlpatterns as closing
from siklus.desk.demos.urls import urlpatterns as demos
from siklus.desk.find.urls import urlpatterns as find
from siklus.desk.icp.urls import urlpatterns as icp
from siklus.desk.incentives.urls import urlpatterns as incentives
from siklus.desk.lists.urls import urlpatterns as lists
from siklus.desk.merge.urls import urlpatterns as merge
from siklus.desk.objections.urls import urlpatterns as objections
from siklus.desk.outreach.urls import urlpatterns as outreach
from siklus.desk.pages.urls import urlpatterns as pages
from siklus.desk.qualification.urls import urlpatterns as qualification
from siklus.desk.research.urls import urlpatterns as research
from siklus.desk.response.urls import urlpatterns as response
from siklus.desk.settings.urls import urlpatterns as settings
from siklus.desk.targets.urls import urlpatterns as targets
from siklus.desk.today.urls import urlpatterns as today
from siklus.desk.verbs.urls import urlpatterns as verbs
from siklus.desk.web_forms.urls import urlpatterns as web_forms
from siklus.desk.webhooks.urls import urlpatterns as webhooks

app_name = "desk"
urlpatterns = [
    *today,
    *lists,
    *board,
    *verbs,
    *merge,
    *demos,
    *calendar,
    *objections,
    *research,
    *qualification,
    *outreach,
    *closing,
    *targets,
    *incentives,
    *icp,
    *assignment,
    *response,
    *web_forms,
    *webhooks,
    *automations,
    *pages,
    *find,
    *settings,
]
