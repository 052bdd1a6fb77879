package io.blockseal.aws.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.Blob;
import io.blockseal.aws.ec2.Ec2Model;
import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.EncryptRequest;
import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.aws.kms.KeySpec;
import io.blockseal.aws.kms.KmsModel;
import io.blockseal.aws.kms.ListKeysRequest;
import io.blockseal.aws.sts.StsModel;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GeneratedShapesTest {

  @Test
  void hideSensitiveValuesFromTheirText() {
    EncryptRequest request =
        EncryptRequest.builder().keyId("k").plaintext(Blob.copyOf(new byte[] {1, 2, 3})).build();
    assertThat(request).hasToString("EncryptRequest[keyId=k, plaintext=(sensitive)]");
    assertThat(request.plaintext()).hasToString("Blob[3 bytes]");
  }

  @Test
  void refuseToBeMadeWithoutARequiredMember() {
    assertThatThrownBy(() -> CreateAliasRequest.builder().aliasName("alias/a").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("CreateAliasRequest needs a value for targetKeyId");
  }

  @Test
  void copyTheirCollections() {
    Map<String, String> context = new HashMap<>(Map.of("a", "1"));
    EncryptRequest request =
        EncryptRequest.builder()
            .keyId("k")
            .plaintext(Blob.empty())
            .encryptionContext(context)
            .build();
    context.put("b", "2");
    assertThat(request.encryptionContext()).containsOnlyKeys("a");
    assertThat(request.grantTokensOrEmpty()).isEmpty();
    assertThat(request.grantTokens()).isNull();
  }

  @Test
  void giveTheirMembersToANewBuilder() {
    ListKeysRequest request = ListKeysRequest.builder().limit(5).marker("m").build();
    assertThat(request.toBuilder().limit(6).build()).isEqualTo(new ListKeysRequest(6, "m"));
  }

  @Test
  void knowTheirWordsOnTheWire() {
    assertThat(GrantOperation.GENERATE_DATA_KEY_WITHOUT_PLAINTEXT.wireValue())
        .isEqualTo("GenerateDataKeyWithoutPlaintext");
    assertThat(KeySpec.of("ECC_NIST_P256")).isEqualTo(KeySpec.ECC_NIST_P256);
    assertThat(KeySpec.of("NEWER_THAN_US")).isEqualTo(KeySpec.UNRECOGNIZED);
    assertThat(KeySpec.SHAPE.find("UNRECOGNIZED")).isNull();
  }

  @Test
  void areAllServed() {
    assertThat(KmsModel.SERVICE.operations()).hasSize(34);
    assertThat(Ec2Model.SERVICE.operations()).hasSize(24);
    assertThat(StsModel.SERVICE.operations()).containsExactly(StsModel.GET_CALLER_IDENTITY);
  }
}
