from __future__ import annotations

import pytest

from kg.extract.acronyms import abbreviations


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We use knowledge distillation (KD) here.", "KD", "knowledge distillation"),
        ("All large language models (LLMs) do.", "LLMs", "large language models"),
        ("MoHD (Mixture of Hidden Dimensions) is new.", "MoHD", "Mixture of Hidden Dimensions"),
        ("A Vision Transformer (ViT) sees.", "ViT", "Vision Transformer"),
        (
            "We propose Long Short Distance Attention (LSDA).",
            "LSDA",
            "Long Short Distance Attention",
        ),
        ("the area under curve (AUC; higher is better)", "AUC", "area under curve"),
        ("named Compact Sparse Learner (CFCD) by us", "CFCD", "Compact Sparse Learner"),
        ("with a k-means Mask Xformer (kMaX-DeepLab)", "kMaX-DeepLab", "k-means Mask Xformer"),
        ("In short, neural architecture search (NAS).", "NAS", "neural architecture search"),
        ("a self-supervised learner (SSL) of ours", "SSL", "self-supervised learner"),
        ("with proximal policy optimization (PPO)", "PPO", "proximal policy optimization"),
        ("Intersection over Union (IoU)", "IoU", "Intersection over Union"),
        ("the task---Concept Group Learning (CGL)", "CGL", "Concept Group Learning"),
        ('We call it "Sparse Token Routing" (STR).', "STR", "Sparse Token Routing"),
        ("sparse token routing (STR, for short)", "STR", "sparse token routing"),
        ("ViTs (Vision Transformers) win.", "ViTs", "Vision Transformers"),
        ("a MatFormer language model (MatLM) of ours", "MatLM", "MatFormer language model"),
    ],
)
def test_definitions(text: str, short: str, long: str) -> None:
    (found,) = abbreviations(text)
    assert (text[slice(*found.short)], text[slice(*found.long)]) == (short, long)


@pytest.mark.parametrize(
    "text",
    [
        "It is small (see the appendix).",
        "We gain much (2.5%).",
        "as shown before (Fig. 2)",
        "ResNet (He et al., 2016)",
        "several nets (e.g. CNN)",
        "It is good. (KD)",
        'the so-called "context-encoding" VAE (ceVAE)',
        "steps, creating a pipeline (StRegA)",
        "()",
        "a nested (inner (IN) thing) (NIT)",
        "on three sets (COCO, VOC and ADE20K)",
        "no brackets at all",
    ],
)
def test_no_definitions(text: str) -> None:
    assert list(abbreviations(text)) == []
