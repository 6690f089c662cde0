"""The page for people at the address of each operation that has one."""

from collections.abc import Mapping
from types import MappingProxyType

from app.web.pages import changes, claim, documents, own, search, sources
from app.web.pages.map import map_page
from app.web.request import Page

PAGES: Mapping[str, Page] = MappingProxyType(
    {
        "getLanding": map_page,
        "listClaims": search.claims_page,
        "getClaim": claim.claim_page,
        "listSources": sources.sources_page,
        "getSource": sources.source_page,
        "getSourceImpact": sources.impact_page,
        "listDocuments": documents.documents_page,
        "getDocument": documents.document_page,
        "getCoverage": documents.coverage_page,
        "listEntities": sources.entities_page,
        "listTopics": sources.topics_page,
        "listStatuses": sources.statuses_page,
        "listSourcings": sources.sourcings_page,
        "listTransitions": changes.transitions_page,
        "verifyText": own.annotated_page,
    }
)
"""By operation id; each is called as the operation's endpoint is."""
