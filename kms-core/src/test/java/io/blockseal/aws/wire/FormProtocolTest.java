package io.blockseal.aws.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.DeleteVolumeResponse;
import io.blockseal.aws.ec2.DescribeVolumesResult;
import io.blockseal.aws.ec2.Ec2Model;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeAttachment;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.ec2.VolumeType;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.sts.GetCallerIdentityResponse;
import io.blockseal.aws.sts.StsModel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormProtocolTest {

  @Test
  void readsAPostAsTheCliSendsIt() {
    assertThat(
            ec2(
                "Action=CreateVolume&Version=2016-11-15&AvailabilityZone=eu-west-1a&Size=8&Encrypted=true"
                    + "&VolumeType=gp3&TagSpecification.1.ResourceType=volume&TagSpecification.1.Tag.1.Key=Name"
                    + "&TagSpecification.1.Tag.1.Value=a+b%26c%20%C3%A9&TagSpecification.1.Tag.2.Key=x"))
        .hasToString(
            "CreateVolumeRequest[availabilityZone=eu-west-1a, encrypted=true, size=8,"
                + " volumeType=gp3, tagSpecifications=[TagSpecification[resourceType=volume,"
                + " tags=[Tag[key=Name, value=a b&c é], Tag[key=x]]]]]");
  }

  @Test
  void readsAGetAndLeavesTheSignatureAlone() {
    WireRequest request =
        new WireRequest(
            "GET",
            "/",
            "Action=DescribeVolumes&Version=2016-11-15&VolumeId.1=vol-1&X-Amz-Signature=00&X-Amz-Algorithm=A"
                + "&X-Amz-Credential=c&X-Amz-Date=d&X-Amz-Expires=60&X-Amz-SignedHeaders=host",
            Headers.none(),
            new byte[0],
            "");
    assertThat(FormProtocol.EC2.decodeRequest(Ec2Model.SERVICE, request).input().toRecord())
        .hasToString("DescribeVolumesRequest[volumeIds=[vol-1]]");
  }

  @Test
  void readsListsInTheOrderOfTheirNumbers() {
    assertThat(
            ec2(
                "Action=DescribeVolumes&Version=2016-11-15&Filter.10.Name=b&Filter.10.Value.2=y&Filter.10.Value.1=x&Filter.2.Name=a"
                    + "&MaxResults=5&DryRun=true"))
        .hasToString(
            "DescribeVolumesRequest[dryRun=true, filters=[Filter[name=a], Filter[name=b, values=[x,"
                + " y]]], maxResults=5]");
  }

  @Test
  void refusesAsEc2Does() {
    assertEc2("Version=2016-11-15", "MissingAction", "The request is missing an action.");
    assertEc2(
        "Action=DescribeVolumes&Version=2010-03-31",
        "NoSuchVersion",
        "The requested version (2010-03-31) of service AmazonEC2 does not exist");
    assertEc2(
        "Action=Nothing&Version=",
        "NoSuchVersion",
        "The requested version () of service AmazonEC2 does not exist");
    assertEc2(
        "Action=Nothing", "MissingParameter", "The request must contain the parameter Version");
    assertEc2(
        "Action=Nothing&Version=2016-11-15",
        "InvalidAction",
        "The action Nothing is not valid for this web service.");
    assertEc2(
        "Action=DeleteVolume&Version=2016-11-15",
        "MissingParameter",
        "The request must contain the parameter VolumeId");
    assertEc2(
        "Action=DeleteVolume&Version=2016-11-15&VolumeId=v&Color.1.Shade=red",
        "UnknownParameter",
        "The parameter Color.1.Shade is not recognized");
    assertEc2(
        "Action=DescribeVolumes&Version=2016-11-15&Filter.1.Nam=red",
        "UnknownParameter",
        "The parameter Filter.1.Nam is not recognized");
    assertEc2(
        "Action=DescribeVolumes&Version=2016-11-15&VolumeId.x=v",
        "UnknownParameter",
        "The parameter VolumeId.x is not recognized");
    assertEc2(
        "Action=CreateVolume&Version=2016-11-15&Size=big",
        "InvalidParameterValue",
        "Value (big) for parameter Size is invalid. It must be a Integer.");
    assertEc2(
        "Action=CreateVolume&Version=2016-11-15&Encrypted=maybe",
        "InvalidParameterValue",
        "Value (maybe) for parameter Encrypted is invalid. It must be a Boolean.");
    assertEc2(
        "Action=CreateVolume&Version=2016-11-15&VolumeType=gp9",
        "UnknownVolumeType",
        "Unsupported volume type 'gp9' for volume creation.");
    assertEc2(
        "Action=CreateVolume&Version=2016-11-15&TagSpecification.1.ResourceType=cat",
        "InvalidParameterValue",
        "Value (cat) for");
    assertEc2(
        "Action=%zz", "MalformedQueryString", "Illegal hex character in escape % pattern: %zz");
    assertEc2("Action=%4", "MalformedQueryString", "Incomplete trailing escape % sequence");
    assertEc2("Action=%ff", "MalformedQueryString", "Escaped text is not UTF-8.");
    assertEc2("a.".repeat(40), "MalformedQueryString", "A parameter's name is nested too deep.");
    assertEc2(
        "a=1&".repeat(10_001),
        "MalformedQueryString",
        "The request has more than 10000 parameters.");
  }

  @Test
  void writesXmlAsEc2Does() {
    Volume volume =
        Volume.builder()
            .volumeId("vol-1")
            .size(8)
            .encrypted(true)
            .state(VolumeState.IN_USE)
            .volumeType(VolumeType.GP3)
            .createTime(Instant.parse("2026-01-02T03:04:05Z"))
            .attachments(
                List.of(
                    VolumeAttachment.builder()
                        .device("/dev/sdf")
                        .state(VolumeAttachmentState.ATTACHED)
                        .build()))
            .tags(List.of())
            .build();
    DescribeVolumesResult answer =
        DescribeVolumesResult.builder().nextToken("a<b").volumes(List.of(volume)).build();
    assertThat(
            text(
                FormProtocol.EC2.encodeResponse(
                    Ec2Model.SERVICE, Ec2Model.DESCRIBE_VOLUMES, answer, "id-1")))
        .isEqualToIgnoringWhitespace(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
              <requestId>id-1</requestId>
              <nextToken>a&lt;b</nextToken>
              <volumeSet>
                <item>
                  <tagSet/>
                  <volumeType>gp3</volumeType>
                  <volumeId>vol-1</volumeId>
                  <size>8</size>
                  <status>in-use</status>
                  <createTime>2026-01-02T03:04:05.000Z</createTime>
                  <attachmentSet>
                    <item>
                      <device>/dev/sdf</device>
                      <status>attached</status>
                    </item>
                  </attachmentSet>
                  <encrypted>true</encrypted>
                </item>
              </volumeSet>
            </DescribeVolumesResponse>
            """);
  }

  @Test
  void answersTrueWhereTheModelHasNoOutput() {
    assertThat(
            text(
                FormProtocol.EC2.encodeResponse(
                    Ec2Model.SERVICE, Ec2Model.DELETE_VOLUME, new DeleteVolumeResponse(), "id-1")))
        .contains(
            "<requestId>id-1</requestId>\n    <return>true</return>\n</DeleteVolumeResponse>");
  }

  @Test
  void printsAnEmptySet() {
    DescribeVolumesResult none = DescribeVolumesResult.builder().volumes(List.of()).build();
    assertThat(
            text(
                FormProtocol.EC2.encodeResponse(
                    Ec2Model.SERVICE, Ec2Model.DESCRIBE_VOLUMES, none, "id-1")))
        .contains("<volumeSet/>");
  }

  @Test
  void wrapsAnErrorOfEc2() {
    AwsException error =
        AwsException.sender("InvalidVolume.NotFound", 400, "The volume 'v' does not exist.");
    WireResponse response = FormProtocol.EC2.encodeError(error, "id-1");
    assertThat(response.status()).isEqualTo(400);
    assertThat(text(response))
        .isEqualToIgnoringWhitespace(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <Response><Errors><Error><Code>InvalidVolume.NotFound</Code>
            <Message>The volume 'v' does not exist.</Message></Error></Errors>
            <RequestID>id-1</RequestID></Response>
            """);
  }

  @Test
  void wrapsAnAnswerAndAnErrorOfSts() {
    GetCallerIdentityResponse answer =
        GetCallerIdentityResponse.builder()
            .userId("AIDA")
            .account("111122223333")
            .arn("arn:x")
            .build();
    assertThat(
            text(
                FormProtocol.QUERY.encodeResponse(
                    StsModel.SERVICE, StsModel.GET_CALLER_IDENTITY, answer, "id-1")))
        .isEqualToIgnoringWhitespace(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <GetCallerIdentityResult>
                <UserId>AIDA</UserId><Account>111122223333</Account><Arn>arn:x</Arn>
              </GetCallerIdentityResult>
              <ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>
            </GetCallerIdentityResponse>
            """);
    assertThat(
            text(
                FormProtocol.QUERY.encodeError(
                    AwsException.sender("AccessDenied", 403, "no"), "id-1")))
        .contains(
            "<ErrorResponse>",
            "<Type>Sender</Type>",
            "<Code>AccessDenied</Code>",
            "<RequestId>id-1");
  }

  @Test
  void doesNotReadEntitiesOfAnAnswer() {
    String bomb =
        "<!DOCTYPE x [<!ENTITY e SYSTEM"
            + " \"file:///etc/hostname\">]><R><requestId>i</requestId><volumeId>&e;</volumeId></R>";
    WireResponse response =
        new WireResponse(200, Headers.none(), bomb.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> FormProtocol.EC2.decodeResponse(Ec2Model.CREATE_VOLUME, response))
        .hasFieldOrPropertyWithValue("code", "MalformedResponse");
  }

  private static Structure ec2(String form) {
    WireRequest request =
        new WireRequest("POST", "/", "", Headers.none(), form.getBytes(StandardCharsets.UTF_8), "");
    WireProtocol.DecodedCall<?, ?> call = FormProtocol.EC2.decodeRequest(Ec2Model.SERVICE, request);
    FormProtocol.EC2.validate(call.input());
    return call.input().toRecord();
  }

  private static void assertEc2(String form, String code, String message) {
    assertThatThrownBy(() -> ec2(form))
        .isInstanceOf(AwsException.class)
        .hasFieldOrPropertyWithValue("code", code)
        .hasMessageStartingWith(message);
  }

  private static String text(WireResponse response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }
}
