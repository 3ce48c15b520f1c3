"""Every paper that the room prints, by its name: those of a village, and those of a regency."""

from pilar.villagefinance.documents.papers import books, budget, payments, region, reports

VILLAGE_PAPERS = {
    paper.name: paper for paper in (*budget.PAPERS, *payments.PAPERS, *books.PAPERS, *reports.PAPERS)
}  # fmt: skip
REGION_PAPERS = {paper.name: paper for paper in region.PAPERS}
