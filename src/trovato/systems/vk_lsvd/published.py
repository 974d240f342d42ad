"""What others published under the benchmark, to stand beside our figures, never among them."""

from trovato.recommend import PublishedFigures, PublishedTable

PUBLISHED = PublishedTable(
    "Poslavsky et al., arXiv 2602.04567, 2026: subset ur0.01_ir0.01 of VK-LSVD",
    (
        PublishedFigures("Random", "temporal", 0.00006, 0.50003, 0.96449),
        PublishedFigures("Global popularity", "temporal", 0.00244, 0.57383, 0.00010),
        PublishedFigures("Conversion", "temporal", 0.00000, 0.60341, 0.00010),
        PublishedFigures("iALS, watched for more than 10 s", "temporal", 0.02623, 0.58126, 0.00501),
        PublishedFigures("Conversion", "random", None, 0.68107, None),
        PublishedFigures("iALS, watched for more than 10 s", "random", 0.06554, None, None),
    ),
)
